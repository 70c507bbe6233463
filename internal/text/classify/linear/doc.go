// Package linear holds linear classifiers over hashed features: how they are
// trained (dual coordinate descent), kept small (pruned, eight bits a weight) and
// asked. Everything is deterministic: the same texts in the same order give the
// same model.
package linear
