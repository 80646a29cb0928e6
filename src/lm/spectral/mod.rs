//! The spectral-contrastive question on a finite table: do the features that maximise likelihood span the leading
//! eigenspace that a spectral contrastive loss finds?
//!
//! Contexts x are drawn from mu, the next token from `p_x`; pbar is the law of the token. Everything here is carried out in
//! doubles, on a table that is rounded once from exact rationals: the answers are numerical, and say so. Logarithms are
//! natural.
//!
//! - [`table`]: mu, P, pbar and what is read off them.
//! - [`linear`]: singular values and eigenvalues in decreasing order, checked by their residuals.
//! - [`optimise`]: L-BFGS and Newton steps.
//! - [`log_bilinear`]: the loss of a head `softmax(U h + b)` with its derivatives.
//! - [`fit`]: its minimum from many starts.
//! - [`contrastive`]: the loss of spectral contrastive learning and its closed form.
//! - [`surrogates`], [`correlations`]: quadratic bounds of the likelihood and what minimises them.
//! - [`operators`], [`lanczos`]: kernels of predictive similarity, their Laplacian and spectrum.
//! - [`alignment`]: how far two spaces of features agree.
//! - [`verdict`]: the question, answered by stated criteria.

pub mod linear;
pub mod table;
pub mod optimise;
pub mod log_bilinear;
pub mod fit;
pub mod contrastive;
pub mod surrogates;
pub mod correlations;
pub mod operators;
pub mod lanczos;
pub mod alignment;
pub mod verdict;
