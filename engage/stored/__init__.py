"""The tables of `engage`, room by room: what `engage.store` is made of."""
