"""A sample village on loopback: made-up people, and the small fake sites that they publish on."""
