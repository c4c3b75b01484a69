"""What happens when the clock strikes? One module a push."""
