//! The only place where numbers are defined. Everything here is exact.

pub mod int;
pub mod ratio;
pub mod polynomial;
pub mod fraction;
pub mod literal;
pub mod decimal;
pub mod row;
mod addmul;
mod limbs;
pub mod fixed;
mod long_product;
mod modular_product;
pub mod product;
mod tableau;
pub mod linear;
pub mod simplex;
