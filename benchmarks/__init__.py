"""Speed, measured by the project itself."""
