"""What others collected: taken in unchanged, compared with what they listed."""
