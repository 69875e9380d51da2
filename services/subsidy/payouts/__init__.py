"""What an approved application brings: periods that fall due, payments, what is claimed back."""
