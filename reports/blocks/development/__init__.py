"""What a chapter on development says: only what the sites changed, in cells that both years could judge."""
