"""What others collected or photographed, and what a form says of it."""
