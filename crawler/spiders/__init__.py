"""The spiders: there is one, for any municipality."""
