"""What becomes a tool."""
