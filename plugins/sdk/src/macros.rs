//! The macros that remove the boilerplate of columns and tables.

/// Declares what a model reads: one field per column, `Optional<…>` where the pipeline may lack it. `rows` is
/// added.
///
/// ```
/// use joulework_sdk::prelude::*;
///
/// inputs! {
///     pub struct In {
///         it_energy: Numbers = input("it-energy"),
///         region: Optional<Categories> = input("region-id"),
///         load: Optional<Numbers> = input("acme.load").unit("1").doc("Load of the rack, 0 to 1"),
///     }
/// }
/// ```
#[macro_export]
macro_rules! inputs {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($field:ident : $type:ty = $column:expr),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug)]
        #[allow(clippy::struct_field_names, reason = "fields are named as their columns")]
        $vis struct $name {
            $($field: $type,)+
            /// Rows of the batch.
            rows: usize,
        }

        impl $crate::Inputs for $name {
            const COLUMNS: &'static [$crate::Input] = &[$({
                const COLUMN: $crate::Input = $column.of(
                    <$type as $crate::ReadColumn>::KIND,
                    <$type as $crate::ReadColumn>::OPTIONAL,
                );
                COLUMN
            }),+];

            fn read(batch: &mut $crate::InputReader) -> ::std::result::Result<Self, $crate::Fault> {
                let mut described = Self::COLUMNS.iter();
                Ok(Self {
                    $($field: batch.take(described.next().map_or("", $crate::Input::name))?,)+
                    rows: batch.rows(),
                })
            }

            fn rows(&self) -> usize {
                self.rows
            }
        }
    };
}

/// Declares what a model returns: one field per column, with its total, the errors that it inherits and its own.
///
/// ```
/// use joulework_sdk::prelude::*;
///
/// outputs! {
///     pub struct Out {
///         // Two sources of error: every push states two geometric standard deviations.
///         energy: Graded<NumbersOut<2>> = output("memory-energy")
///             .part_of("it-energy")
///             .error("memory-power", &[])
///             .error("memory-power-family", &["cpu-family"]),
///         share: NumbersOut = output("acme.share").unit("1").doc("Share of the rack"),
///     }
/// }
/// ```
#[macro_export]
macro_rules! outputs {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($field:ident : $type:ty = $column:expr),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug)]
        #[allow(clippy::struct_field_names, reason = "fields are named as their columns")]
        $vis struct $name { $($field: $type,)+ }

        impl $crate::Outputs for $name {
            const COLUMNS: &'static [$crate::Output] = &[$({
                const COLUMN: $crate::Output = $column.of(
                    <$type as $crate::OutputColumn>::KIND,
                    <$type as $crate::OutputColumn>::ERRORS,
                    <$type as $crate::OutputColumn>::GRADED,
                );
                COLUMN
            }),+];

            fn with_rows(rows: usize) -> Self {
                Self { $($field: <$type as $crate::OutputColumn>::with_rows(rows),)+ }
            }

            fn filled(&self) -> ::std::vec::Vec<usize> {
                ::std::vec![$($crate::OutputColumn::filled(&self.$field)),+]
            }

            fn finish(self) -> ::std::vec::Vec<$crate::WireColumn> {
                let mut columns = ::std::vec::Vec::new();
                let mut described = Self::COLUMNS.iter();
                $(if let Some(described) = described.next() {
                    $crate::OutputColumn::finish(self.$field, described, &mut columns);
                })+
                columns
            }
        }
    };
}

/// Declares a factor table: name, data file, and the own columns as fields of type `String`, `f64` or `Option` of
/// both. Every table also has the columns of [`PROVENANCE`](crate::factors::PROVENANCE).
///
/// ```ignore
/// factors! {
///     /// PUE by region and year.
///     pub struct Pue: "pue" in "../data/pue.csv", "PUE by region and year." {
///         region: String = column("region").doc("Region id"),
///         pue: f64 = column("pue").unit("1").doc("Power usage effectiveness"),
///     }
/// }
/// ```
#[macro_export]
macro_rules! factors {
    ($(#[$meta:meta])* $vis:vis struct $name:ident : $table:literal in $file:literal, $doc:literal
        { $($field_vis:vis $field:ident : $type:ty = $column:expr),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::struct_field_names, reason = "fields are named as their columns")]
        $vis struct $name { $($field_vis $field: $type,)+ }

        impl $crate::factors::FactorRow for $name {
            const NAME: &'static str = $table;
            const DOC: &'static str = $doc;
            const CSV: &'static str = include_str!($file);
            const COLUMNS: &'static [$crate::factors::FactorColumn] = &[$({
                const COLUMN: $crate::factors::FactorColumn = $column.of(
                    <$type as $crate::factors::FactorCell>::KIND,
                    <$type as $crate::factors::FactorCell>::OPTIONAL,
                );
                COLUMN
            }),+];

            fn read(row: &mut $crate::factors::RowReader<'_, '_>) -> ::std::result::Result<Self, $crate::Fault> {
                Ok(Self { $($field: row.cell()?,)+ })
            }
        }
    };
}

/// [`About`](crate::About) with id, version, summary and licence from the plugin's `Cargo.toml`.
#[macro_export]
macro_rules! about {
    () => {
        $crate::About::new(
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
            env!("CARGO_PKG_DESCRIPTION"),
            env!("CARGO_PKG_LICENSE"),
        )
    };
}

/// Exports the model as a component. Once per plugin crate; does nothing in native builds.
#[macro_export]
macro_rules! plugin {
    ($model:ty) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, missing_docs, clippy::pedantic, reason = "generated exports")]
        mod joulework_exports {
            use super::*;
            type Exported = $crate::Plugin<$model>;
            $crate::bindings::export_bindings!(Exported with_types_in $crate::bindings);
        }
    };
}

/// Exports the advisor as a component. Once per plugin crate; does nothing in native builds.
#[macro_export]
macro_rules! advisor {
    ($advisor:ty) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, missing_docs, clippy::pedantic, reason = "generated exports")]
        mod joulework_exports {
            use super::*;
            type Exported = $crate::AdvisorPlugin<$advisor>;
            $crate::bindings::advising::export_advisor_bindings!(Exported with_types_in $crate::bindings::advising);
        }
    };
}
