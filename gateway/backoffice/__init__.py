"""What officers do, for the console and the command line."""
