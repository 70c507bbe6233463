// Package link tells whether two web addresses lead to the same page, without
// asking the network: the same article is shared with tracking codes, from a
// telephone, through a cache, behind a platform's redirect and in shortened
// form, and counts as one.
//
// [Canonical] undoes all of that as far as the address itself says it. Only a
// shortened address ([Short]) keeps its secret; who may ask the network passes a
// [Resolver] to [Follow]. What is canonical here is for comparing and counting;
// show people the address they were given.
package link
