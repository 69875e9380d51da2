"""What goes to the bank: batches of payments, their files, and the bank's word on them."""
