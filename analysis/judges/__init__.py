"""What a page is and offers: type, services and theme, log-in, products, accessibility statement. Pure functions."""
