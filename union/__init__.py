"""What does the union know and decide? One module a subject: its tables and its decisions."""
