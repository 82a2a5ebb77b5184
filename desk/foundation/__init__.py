"""What the organisation stands on: a policy that everybody acknowledged, trainings, accounts that somebody answers for."""
