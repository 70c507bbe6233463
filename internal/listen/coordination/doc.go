// Package coordination finds groups of accounts that act together more often,
// and closer in time, than chance and common interest explain. It names nobody:
// accounts are what the caller calls them, in the house pseudonyms.
//
// Two accounts act together when they share the same object within a window of
// seconds: repost the same post (Keller and others, "Political Astroturfing on
// Twitter", 2020), link to the same page, post the same text or nearly the same
// (Jaccard ≥ 0.8), the same sequence of hashtags or the same image (Pacheco and
// others, "Uncovering Coordinated Networks on Social Media", ICWSM 2021), reply
// to the same post. Each behaviour is a layer. Accounts are projected from the
// bipartite network of accounts and objects; the weight of an edge is the cosine
// of the accounts' TF-IDF vectors over objects, as in Pacheco. But no weight
// decides: an edge must be improbable under two null models at once.
//
//   - Structure. The bipartite configuration model (Saracco and others,
//     "Inferring monopartite projections of bipartite networks", 2017) keeps in
//     each stretch of time how active each account and how popular each object
//     was, and deals out shares at random. The number of encounters of a pair is
//     then Poisson-binomial, here by its Poisson limit, separately for quiet and
//     for crowded objects, as an encounter in a crowd says little.
//   - Timing. Who shares what is kept as it is, so fans of one celebrity or
//     outlets of one agency may have everything in common; only the moments are
//     dealt out again. Of the objects both shared, the number shared within the
//     window is Poisson-binomial with the object's own crowding around those
//     moments, bounded by the binomial of the mean (Hoeffding 1956).
//
// Layers are combined by the Cauchy combination (Liu and Xie 2020), which holds
// however much they depend on each other. The false discovery rate is controlled
// over accounts (Benjamini and Hochberg 1995). Groups are communities of what
// remains (Louvain: Blondel and others 2008, in a fixed order), pruned by
// eigenvector centrality (Luceri and others, "Unmasking the Web of Deceit",
// WWW 2024; Iannucci and others on multiplex layers, 2024).
//
// Everything is deterministic: the same shares in any order of equal moments give
// the same groups.
package coordination
