//! The columns that come from a bill: names, kinds and sets of them.
//!
//! `wit/standard-columns.csv` is the list; a test holds this module against its rows of origin `bill`.

use arrow::datatypes::{DataType, TimeUnit};

/// What a bill column holds, and as which Arrow type a [`UsageBatch`](super::UsageBatch) carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnKind {
    /// Text with few distinct values: `Dictionary(Int32, Utf8)`.
    Category,
    /// A signed number, `Float64`.
    Number,
    /// Exact money: `Decimal128(38, 24)`.
    Decimal,
    /// A point in time: `Timestamp(Millisecond, "UTC")`.
    Instant,
}

impl ColumnKind {
    /// The Arrow type of this kind.
    #[must_use]
    pub fn data_type(self) -> DataType {
        match self {
            Self::Category => DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)),
            Self::Number => DataType::Float64,
            Self::Decimal => DataType::Decimal128(MONEY_PRECISION, MONEY_SCALE),
            Self::Instant => DataType::Timestamp(TimeUnit::Millisecond, Some("UTC".into())),
        }
    }
}

/// Digits of a money column; the most that Arrow's 128-bit decimal takes.
pub const MONEY_PRECISION: u8 = 38;

/// Decimals of a money column: those of [`joulework_units::Money`].
pub const MONEY_SCALE: i8 = 24;

macro_rules! bill_columns {
    ($($variant:ident $name:literal $kind:ident $meaning:literal,)*) => {
        /// A standard column that a bill gives.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum BillColumn {
            $(#[doc = $meaning] $variant,)*
        }

        impl BillColumn {
            /// All of them, in the order of the standard list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The standard name, in kebab-case.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What the column holds.
            #[must_use]
            pub const fn kind(self) -> ColumnKind {
                match self { $(Self::$variant => ColumnKind::$kind,)* }
            }
        }
    };
}

bill_columns! {
    ProviderName "provider-name" Category "Who sold the usage.",
    BillingAccountId "billing-account-id" Category "The account that is billed.",
    SubAccountId "sub-account-id" Category "The account that used the service.",
    BillingPeriodStart "billing-period-start" Instant "First instant of the billing period.",
    ChargePeriodStart "charge-period-start" Instant "First instant of the charge.",
    ChargePeriodEnd "charge-period-end" Instant "First instant after the charge.",
    ChargeYear "charge-year" Category "Calendar year (UTC) of the charge's first instant.",
    ChargeMonth "charge-month" Category "Calendar month (UTC) of the charge's first instant.",
    ChargeCategory "charge-category" Category "`Usage`, `Purchase`, `Tax`, `Credit` or `Adjustment`.",
    ChargeClass "charge-class" Category "`Correction` where the row corrects an earlier period.",
    ChargeDescription "charge-description" Category "The invoice's text for the charge.",
    ServiceName "service-name" Category "The service; the product code for CUR.",
    SkuMeter "sku-meter" Category "AWS usage type with its region prefix.",
    Operation "operation" Category "AWS operation.",
    SkuPriceDetails "sku-price-details" Category "Facts of the price as canonical JSON.",
    RegionId "region-id" Category "Region.",
    ResourceId "resource-id" Category "Resource, such as an ARN.",
    Tags "tags" Category "Tags as one canonical JSON object with sorted keys.",
    ConsumedUnit "consumed-unit" Category "Unit of the consumed quantity as the bill spells it.",
    ConsumedQuantity "consumed-quantity" Number "Consumed quantity, signed, in the unit that `consumed-unit` names.",
    PricingCategory "pricing-category" Category "`Standard`, `Committed`, `Dynamic` …",
    CommitmentDiscountStatus "commitment-discount-status" Category "`Used` or `Unused`.",
    CapacityReservationStatus "capacity-reservation-status" Category "`Used` or `Unused`.",
    BillingCurrency "billing-currency" Category "ISO 4217 code.",
    BilledCost "billed-cost" Decimal "What is invoiced for the row.",
    EffectiveCost "effective-cost" Decimal "Amortised cost of the row.",
}

impl BillColumn {
    /// The column with that standard name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|column| column.name() == name)
    }

    /// The place of the column in [`BillColumn::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// A set of bill columns: what a reader is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ColumnSet(u32);

impl ColumnSet {
    /// No column.
    pub const EMPTY: Self = Self(0);

    /// Every bill column.
    #[must_use]
    pub fn all() -> Self {
        BillColumn::ALL.iter().copied().collect()
    }

    /// This set and one more column.
    #[must_use]
    pub const fn with(self, column: BillColumn) -> Self {
        Self(self.0 | 1 << column as u8)
    }

    /// The columns of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the set has `column`.
    #[must_use]
    pub const fn contains(self, column: BillColumn) -> bool {
        self.0 & (1 << column as u8) != 0
    }

    /// The columns of the set, in standard order.
    pub fn iter(self) -> impl Iterator<Item = BillColumn> {
        BillColumn::ALL.iter().copied().filter(move |column| self.contains(*column))
    }
}

impl FromIterator<BillColumn> for ColumnSet {
    fn from_iter<I: IntoIterator<Item = BillColumn>>(columns: I) -> Self {
        columns.into_iter().fold(Self::EMPTY, Self::with)
    }
}
