//! Language models: what training by likelihood does to the geometry of their hidden states.
//!
//! - [`spectral`]: a finite table of next-token laws, the best log-bilinear model of rank d for it, and how far its
//!   features span the space that spectral contrastive learning finds.

pub mod spectral;
