"""The page on this machine: Today, Person, Draft. Thin handlers over `today` and `thanks`."""
