//! Nothing: the precompiled header needs one source file of a target to belong to.
