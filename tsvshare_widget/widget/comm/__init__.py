"""The talk with the front end of a notebook: traits down, messages up."""
