//! The only place where numbers are defined. Everything here is exact, or an interval that certainly contains its number.

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

// Exact scalars: what measures of information are.
mod radical;
mod primes;
mod coprime;
mod quick_log;
pub mod enclosure;
pub mod tally;
pub mod log_sum;
pub mod root_sum;
pub mod real;
mod atom;
mod composite;
mod identity;
pub mod comparison;
mod size;
pub mod softmax;
pub mod approximate;
pub mod exact_form;

// Matrices of them.
pub mod matrix;
pub mod determinant;
pub mod elimination;
pub mod inertia;
mod eigen_guess;
mod marks;
pub mod spectrum;
mod inverse_iteration;
mod exact_direction;
pub mod directions;
