"""The processes of a study: those that crawl or audit, and those that start them and listen."""
