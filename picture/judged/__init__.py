"""How good the crisis detector is: scores on labelled volumes and on simulated ones, pure."""
