"""Running processes: each as a row, the files behind them, the scripts that they run."""
