"""What a kit carries: interpreters, libraries, our program, rules, an imager; on whose terms."""
