"""What the words of a page say: phrases with their roles, clauses and their sense, terms of services."""
