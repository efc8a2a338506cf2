"""What is seen to from time to time, without anybody asking: each part is a kind of `kit.rounds.Rounds`."""
