"""What was said, and was it delivered? Journal, outbox, hand-over to staff, and the ports to the platform."""
