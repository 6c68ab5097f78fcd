//! One instance of a plugin, and calls of it under limits.

use std::sync::Arc;

use wasmtime::component::{Component, HasSelf, Linker, ResourceAny};
use wasmtime::{Engine, Store};

use super::admission;
use super::bindings::advisor::{AdvisorPlugin, AdvisorPluginPre};
use super::bindings::joulework::plugin::columns as wire;
use super::bindings::joulework::plugin::faults;
use super::bindings::{EstimatorPlugin, EstimatorPluginPre};
use super::convert::{Lent, receive};
use super::guest::Guest;
use super::receive_description::{receive_descriptor, receive_proposals, receive_steps};
use super::ticker::Ticker;
use super::trap::{Call, classify};
use crate::breach::Breach;
use crate::columns::Batch;
use crate::descriptor::{Descriptor, Proposal, Role, Step};
use crate::fault::{Diagnostic, FaultKind, PluginFault};
use crate::gate::{Refusal, TABLE_BYTES, accept_proposals, accept_steps, accept_tables};
use crate::limits::Limits;
use crate::printable::printable;

/// Bytes that a descriptor may take.
const DESCRIPTOR_BYTES: usize = 16 << 20;
/// Bytes that the explanation of one row may take.
const STEP_BYTES: usize = 64 << 10;

/// The engine with everything that a guest may call, and its clock.
pub(crate) struct Sandbox {
    engine: Engine,
    linker: Linker<Guest>,
    ticker: Ticker,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

impl Sandbox {
    pub(crate) fn new() -> Result<Self, FaultKind> {
        let failed = |error: wasmtime::Error| FaultKind::Host { message: printable(&format!("{error:#}")) };
        let engine = super::engine::engine().map_err(failed)?;
        let mut linker = Linker::new(&engine);
        EstimatorPlugin::add_to_linker::<_, HasSelf<Guest>>(&mut linker, |guest| guest).map_err(failed)?;
        let ticker =
            Ticker::start(engine.clone()).map_err(|error| FaultKind::Host { message: error.to_string() })?;
        Ok(Self { engine, linker, ticker })
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Compiles a component that passed [`admission::check_file`].
    pub(crate) fn compile(&self, bytes: &[u8]) -> Result<Component, FaultKind> {
        super::shape::check(bytes)?;
        Component::from_binary(&self.engine, bytes)
            .map_err(|error| FaultKind::Invalid { message: printable(&format!("{error:#}")) })
    }

    /// Refuses a component whose imports and exports do not fit, and joins the others to what they may call.
    pub(crate) fn link(self: &Arc<Self>, component: &Component) -> Result<Linked, FaultKind> {
        let role = admission::check_component(&self.engine, component)?;
        let contract =
            |error: wasmtime::Error| FaultKind::Contract { message: printable(&format!("{error:#}")) };
        let pre = self.linker.instantiate_pre(component).map_err(contract)?;
        let pre = match role {
            Role::Estimator => Pre::Estimator(EstimatorPluginPre::new(pre).map_err(contract)?),
            Role::Advisor => Pre::Advisor(AdvisorPluginPre::new(pre).map_err(contract)?),
        };
        Ok(Linked { sandbox: Arc::clone(self), pre })
    }
}

/// A component that can be instantiated.
#[derive(Clone)]
pub(crate) struct Linked {
    sandbox: Arc<Sandbox>,
    pre: Pre,
}

/// A component of one of the worlds, ready to be instantiated.
#[derive(Clone)]
enum Pre {
    Estimator(EstimatorPluginPre<Guest>),
    Advisor(AdvisorPluginPre<Guest>),
}

/// The exports of an instance.
enum Exports {
    Estimator(EstimatorPlugin),
    Advisor(AdvisorPlugin),
}

impl Linked {
    pub(crate) const fn role(&self) -> Role {
        match self.pre {
            Pre::Estimator(_) => Role::Estimator,
            Pre::Advisor(_) => Role::Advisor,
        }
    }
}

impl std::fmt::Debug for Linked {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Linked").finish_non_exhaustive()
    }
}

/// An instance. After an error it must be dropped: nothing is known about its state.
pub(crate) struct Instance {
    plugin: String,
    sandbox: Arc<Sandbox>,
    store: Store<Guest>,
    exports: Option<Exports>,
    model: Option<ResourceAny>,
    fuel_used: u64,
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Instance").field("plugin", &self.plugin).finish_non_exhaustive()
    }
}

impl Instance {
    /// A fresh instance of `linked`; faults name `plugin`.
    pub(crate) fn open(linked: &Linked, plugin: &str, limits: &Limits) -> Result<Self, PluginFault> {
        let mut store = Store::new(&linked.sandbox.engine, Guest::new(limits.clone()));
        store.limiter(|guest| guest);
        let sandbox = Arc::clone(&linked.sandbox);
        let mut instance =
            Self { plugin: plugin.to_owned(), sandbox, store, exports: None, model: None, fuel_used: 0 };
        let call = Call { rows: 0, fuel: limits.fuel(0), result_bytes: limits.result_bytes(0) };
        let exports = instance.call(call, |_, store| match &linked.pre {
            Pre::Estimator(pre) => pre.instantiate(store).map(Exports::Estimator),
            Pre::Advisor(pre) => pre.instantiate(store).map(Exports::Advisor),
        })?;
        instance.exports = Some(exports);
        Ok(instance)
    }

    pub(crate) fn describe(&mut self) -> Result<Descriptor, PluginFault> {
        let call = self.plain_call(DESCRIPTOR_BYTES);
        let described = self.call(call, |exports, store| match needed(exports)? {
            Exports::Estimator(own) => own.joulework_plugin_estimator().call_describe(store),
            Exports::Advisor(own) => own.joulework_plugin_advisor().call_describe(store),
        })?;
        Ok(receive_descriptor(described))
    }

    pub(crate) fn tables(&mut self) -> Result<Vec<(String, Batch)>, PluginFault> {
        let call = self.plain_call(TABLE_BYTES);
        let tables = self.call(call, |exports, store| match needed(exports)? {
            Exports::Estimator(own) => own.joulework_plugin_estimator().call_tables(store),
            Exports::Advisor(own) => own.joulework_plugin_advisor().call_tables(store),
        })?;
        let text_bytes = self.store.data().limits().text_bytes;
        let received = tables.into_iter().map(|(name, table)| Ok((name, receive(table)?)));
        let accepted = received.collect::<Result<_, Refusal>>();
        accepted.and_then(|tables| accept_tables(tables, text_bytes)).map_err(|refusal| self.refused(refusal))
    }

    /// Makes the model. `cells` are those of the user's tables.
    pub(crate) fn configure(
        &mut self,
        settings: &str,
        tables: &[(String, Batch)],
    ) -> Result<(), PluginFault> {
        let lent: Vec<(&str, usize, Vec<Lent<'_>>)> =
            tables.iter().map(|(name, table)| (name.as_str(), table.rows, lend_all(table))).collect();
        let columns: Vec<Vec<wire::ColumnParam<'_>>> =
            lent.iter().map(|(_, _, columns)| columns.iter().map(Lent::param).collect()).collect();
        let params: Vec<(&str, wire::BatchParam<'_>)> = lent
            .iter()
            .zip(&columns)
            .map(|((name, rows, _), columns)| (*name, wire::BatchParam { rows: row_count(*rows), columns }))
            .collect();
        let cells = tables.iter().map(|(_, table)| table.rows.saturating_mul(table.columns.len())).sum();
        let fuel = self.store.data().limits().fuel(cells);
        let call = Call { fuel, ..self.plain_call(self.store.data().limits().result_bytes(0)) };
        let model = self.call(call, |exports, store| match needed(exports)? {
            Exports::Estimator(own) => {
                own.joulework_plugin_estimator().model().call_configure(store, settings, &params)
            }
            Exports::Advisor(own) => {
                own.joulework_plugin_advisor().review().call_configure(store, settings, &params)
            }
        })?;
        self.model = Some(model.map_err(|fault| self.returned(fault, None))?);
        Ok(())
    }

    /// Estimates the rows; `width` is the number of columns that are expected back. The result has not passed the
    /// gate.
    pub(crate) fn estimate(
        &mut self,
        rows: usize,
        input: &[Lent<'_>],
        width: usize,
    ) -> Result<Batch, PluginFault> {
        let columns: Vec<wire::ColumnParam<'_>> = input.iter().map(Lent::param).collect();
        let params = wire::BatchParam { rows: row_count(rows), columns: &columns };
        let limits = self.store.data().limits();
        let call = Call {
            rows,
            fuel: limits.fuel(rows.saturating_mul(width + input.len())),
            result_bytes: limits.result_bytes(rows.saturating_mul(width)),
        };
        let model = self.model;
        let result = self.call(call, |exports, store| {
            let model = model.ok_or_else(|| wasmtime::Error::msg("the plugin was not configured"))?;
            estimator(exports)?.joulework_plugin_estimator().model().call_estimate(store, model, params)
        })?;
        let batch = result.map_err(|fault| self.returned(fault, Some(rows)))?;
        receive_rows(batch, rows).map_err(|refusal| self.refused(refusal))
    }

    /// How the outputs of the rows come about. The steps have passed the gate.
    pub(crate) fn explain(
        &mut self,
        rows: usize,
        input: &[Lent<'_>],
        width: usize,
    ) -> Result<Vec<Step>, PluginFault> {
        let columns: Vec<wire::ColumnParam<'_>> = input.iter().map(Lent::param).collect();
        let params = wire::BatchParam { rows: row_count(rows), columns: &columns };
        let limits = self.store.data().limits();
        let call = Call {
            rows,
            fuel: limits.fuel(rows.saturating_mul(width + input.len())),
            result_bytes: limits.result_bytes(0).saturating_add(rows.saturating_mul(STEP_BYTES)),
        };
        let model = self.model;
        let result = self.call(call, |exports, store| {
            let model = model.ok_or_else(|| wasmtime::Error::msg("the plugin was not configured"))?;
            estimator(exports)?.joulework_plugin_estimator().model().call_explain(store, model, params)
        })?;
        let steps = receive_steps(result.map_err(|fault| self.returned(fault, Some(rows)))?);
        accept_steps(steps, rows).map_err(|refusal| self.refused(refusal))
    }

    /// What an advisor proposes for the resource whose rows these are. The proposals have passed the gate.
    pub(crate) fn examine(&mut self, rows: usize, input: &[Lent<'_>]) -> Result<Vec<Proposal>, PluginFault> {
        let columns: Vec<wire::ColumnParam<'_>> = input.iter().map(Lent::param).collect();
        let params = wire::BatchParam { rows: row_count(rows), columns: &columns };
        let limits = self.store.data().limits();
        let call = Call {
            rows,
            fuel: limits.fuel(rows.saturating_mul(input.len())),
            result_bytes: limits.result_bytes(0),
        };
        let review = self.model;
        let result = self.call(call, |exports, store| {
            let review = review.ok_or_else(|| wasmtime::Error::msg("the plugin was not configured"))?;
            advisor(exports)?.joulework_plugin_advisor().review().call_examine(store, review, params)
        })?;
        let proposals = receive_proposals(result.map_err(|fault| self.returned(fault, Some(rows)))?);
        accept_proposals(proposals).map_err(|refusal| self.refused(refusal))
    }

    /// The fault of a result that did not pass the gate.
    pub(crate) fn refused(&mut self, refusal: Refusal) -> PluginFault {
        PluginFault::new(&self.plugin, FaultKind::Breach(refusal.breach))
            .at(refusal.row, refusal.column.map(|name| printable(&name)))
            .with_messages(self.take_messages())
    }

    /// What the guest said since the last time.
    pub(crate) fn take_messages(&mut self) -> Vec<Diagnostic> {
        self.store.data_mut().take_messages()
    }

    /// Fuel used by the calls that returned, since the last time.
    pub(crate) fn take_fuel_used(&mut self) -> u64 {
        std::mem::take(&mut self.fuel_used)
    }

    fn plain_call(&self, result_bytes: usize) -> Call {
        Call { rows: 0, fuel: self.store.data().limits().fuel(0), result_bytes }
    }

    fn call<R>(
        &mut self,
        call: Call,
        run: impl FnOnce(Option<&Exports>, &mut Store<Guest>) -> wasmtime::Result<R>,
    ) -> Result<R, PluginFault> {
        self.store.data_mut().begin_call();
        let deadline = Ticker::ticks(self.store.data().limits().deadline);
        self.store.set_hostcall_fuel(call.result_bytes);
        self.store.set_epoch_deadline(deadline);
        let running = self.sandbox.ticker.call();
        let result =
            self.store.set_fuel(call.fuel).and_then(|()| run(self.exports.as_ref(), &mut self.store));
        drop(running);
        match result {
            Ok(value) => {
                let left = self.store.get_fuel().unwrap_or_default();
                self.fuel_used = self.fuel_used.saturating_add(call.fuel.saturating_sub(left));
                Ok(value)
            }
            Err(error) => {
                let kind = classify(&error, call, self.store.data().limits());
                Err(PluginFault::new(&self.plugin, kind).with_messages(self.take_messages()))
            }
        }
    }

    /// The plugin's own fault. A row that the batch does not have is nobody's.
    fn returned(&mut self, fault: faults::Fault, rows: Option<usize>) -> PluginFault {
        let row = fault
            .row
            .and_then(|row| usize::try_from(row).ok())
            .filter(|row| rows.is_some_and(|rows| *row < rows));
        let column = fault.column.map(|column| printable(&column));
        let message = printable(&fault.message);
        // A kit reports an exception that it caught as this code: to the host it is a panic like any other.
        let kind = if fault.code == "plugin.panic" {
            FaultKind::Panic
        } else {
            FaultKind::Returned { code: printable(&fault.code), message: message.clone() }
        };
        let is_panic = kind == FaultKind::Panic;
        let fault = PluginFault::new(&self.plugin, kind).at(row, column).with_messages(self.take_messages());
        if is_panic { fault.or_panic_text(message) } else { fault }
    }
}

/// The batch, where it says that it has the rows that went in.
fn receive_rows(batch: wire::BatchResult, rows: usize) -> Result<Batch, Refusal> {
    let got = usize::try_from(batch.rows).unwrap_or(usize::MAX);
    if got != rows {
        return Err(Refusal { breach: Breach::Rows { got, expected: rows }, row: None, column: None });
    }
    receive(batch)
}

fn needed(exports: Option<&Exports>) -> wasmtime::Result<&Exports> {
    exports.ok_or_else(|| wasmtime::Error::msg("the plugin was not instantiated"))
}

fn estimator(exports: Option<&Exports>) -> wasmtime::Result<&EstimatorPlugin> {
    match needed(exports)? {
        Exports::Estimator(own) => Ok(own),
        Exports::Advisor(_) => Err(wasmtime::Error::msg("the plugin is an advisor")),
    }
}

fn advisor(exports: Option<&Exports>) -> wasmtime::Result<&AdvisorPlugin> {
    match needed(exports)? {
        Exports::Advisor(own) => Ok(own),
        Exports::Estimator(_) => Err(wasmtime::Error::msg("the plugin is an estimator")),
    }
}

fn lend_all(table: &Batch) -> Vec<Lent<'_>> {
    table.columns.iter().map(|column| Lent::new(column, 1.0)).collect()
}

/// Batches of the host never have more rows than the contract can count; see [`crate::Session::run`].
fn row_count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
