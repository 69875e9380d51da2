"""What every service with applications under review needs around the review engine."""
