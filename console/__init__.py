"""What can a staff member do? One module a page group."""
