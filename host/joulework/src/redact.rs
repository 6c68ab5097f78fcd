//! Takes account ids and ARNs out of text that is to be shared.
//!
//! Accounts are numbered in the order in which they are learnt, ARNs in the order in which they are met, so that the same
//! run gives the same bytes and equal ids stay equal. In data, only ids that were learnt are taken for accounts: a quantity
//! of twelve digits stays a quantity. In messages, where nothing need be learnt yet, every twelve digits are an account.

use std::collections::BTreeMap;

use joulework_engine::assess::{Dimension, RollUp};
use joulework_engine::{Assessment, EngineError};

/// Replaces account ids by `account-1`, `account-2` … and ARNs by `arn-1` ….
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    accounts: BTreeMap<String, usize>,
    arns: BTreeMap<String, usize>,
}

impl Redactor {
    /// Learns the accounts of an assessment, in their own order: those that use, then those that are billed.
    ///
    /// # Errors
    /// When the assessment did not keep accounts apart.
    pub fn learn_from(&mut self, assessment: &Assessment) -> Result<(), EngineError> {
        let accounts = assessment.estimates.roll_up(&RollUp::by([Dimension::Account]))?;
        for row in &accounts.rows {
            row.keys.iter().for_each(|account| self.learn(account));
        }
        assessment.provenance.billing_accounts.iter().for_each(|account| self.learn(account));
        Ok(())
    }

    /// Takes a text for the id of an account from now on.
    pub fn learn(&mut self, account: &str) {
        if !account.is_empty() && !self.accounts.contains_key(account) {
            self.accounts.insert(account.to_owned(), self.accounts.len() + 1);
        }
    }

    /// A message without account ids and ARNs: runs of twelve digits, as the ids of AWS are, are learnt first.
    pub fn redact_message(&mut self, text: &str) -> String {
        let mut outside = text;
        while let Some((before, after)) = split_at_arn(outside) {
            self.learn_digits(before);
            outside = after
                .split_at_checked(after.find(ends_arn).unwrap_or(after.len()))
                .map_or("", |(_, rest)| rest);
        }
        self.learn_digits(outside);
        self.redact(text)
    }

    fn learn_digits(&mut self, text: &str) {
        let runs = text.split(|letter: char| !letter.is_ascii_digit());
        runs.filter(|digits| digits.len() == 12).for_each(|digits| self.learn(digits));
    }

    /// The text without ARNs and the account ids that were learnt.
    pub fn redact(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = split_at_arn(rest) {
            self.accounts_of(before, &mut out);
            let end = after.find(ends_arn).unwrap_or(after.len());
            let (arn, behind) = after.split_at_checked(end).unwrap_or((after, ""));
            let next = self.arns.len() + 1;
            let number = *self.arns.entry(arn.to_owned()).or_insert(next);
            out.extend([format!("arn-{number}")]);
            rest = behind;
        }
        self.accounts_of(rest, &mut out);
        out
    }

    /// Replaces whole words, and whole runs of digits inside words.
    fn accounts_of(&self, text: &str, out: &mut String) {
        for word in text.split_inclusive(|letter: char| !is_word(letter)) {
            let end = word.find(|letter| !is_word(letter)).unwrap_or(word.len());
            let (word, behind) = word.split_at_checked(end).unwrap_or((word, ""));
            if let Some(number) = self.accounts.get(word) {
                out.extend([format!("account-{number}")]);
            } else {
                self.digits_of(word, out);
            }
            out.push_str(behind);
        }
    }

    fn digits_of(&self, word: &str, out: &mut String) {
        let mut rest = word;
        while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
            let (before, digits) = rest.split_at_checked(start).unwrap_or((rest, ""));
            let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
            let (digits, behind) = digits.split_at_checked(end).unwrap_or((digits, ""));
            out.push_str(before);
            match self.accounts.get(digits) {
                Some(number) => out.extend([format!("account-{number}")]),
                None => out.push_str(digits),
            }
            rest = behind;
        }
        out.push_str(rest);
    }
}

/// Text before the next ARN, and text from it on.
fn split_at_arn(text: &str) -> Option<(&str, &str)> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find("arn:") {
        let at = from + found;
        let before = text.get(..at)?;
        let after = text.get(at..)?;
        // What is not of AWS may be the end of another word, such as `learn:4`.
        let is_of_aws = ["arn:aws:", "arn:aws-"].iter().any(|start| after.starts_with(start));
        if is_of_aws || !before.chars().next_back().is_some_and(is_word) {
            return Some((before, after));
        }
        from = at + "arn:".len();
    }
    None
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '-' || letter == '_'
}

fn ends_arn(letter: char) -> bool {
    letter.is_whitespace() || "\"'<>,;|()[]{}`\\".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_and_arns_go_and_everything_else_stays() {
        let mut redactor = Redactor::default();
        redactor.learn("210987654321");
        redactor.learn("012345678901");
        for (text, wanted) in [
            ("account 012345678901, 5 kWh", "account account-2, 5 kWh"),
            (
                "{\"account\":\"210987654321\",\"bytes\":123456789012}",
                "{\"account\":\"account-1\",\"bytes\":123456789012}",
            ),
            ("<td>arn:aws:s3:::shop-bucket</td>", "<td>arn-1</td>"),
            ("a,arn:aws:lambda:eu-west-1:012345678901:function:pay,b", "a,arn-2,b"),
            ("again arn:aws:s3:::shop-bucket", "again arn-1"),
            ("bills/exp_210987654321_03.csv", "bills/exp_account-1_03.csv"),
            ("2109876543210", "2109876543210"),
            ("barn: 3, learn:4", "barn: 3, learn:4"),
            ("by-arn:aws:s3:::shop-bucket", "by-arn-1"),
            ("barn:aws-cn:s3:::other", "barn-3"),
            ("grüße 012345678901", "grüße account-2"),
        ] {
            assert_eq!(redactor.redact(text), wanted);
        }
    }

    #[test]
    fn in_messages_twelve_digits_are_an_account_before_anything_is_learnt() {
        let mut redactor = Redactor::default();
        for (text, wanted) in [
            ("cannot write out/210987654321.html", "cannot write out/account-1.html"),
            ("2109876543210 rows", "2109876543210 rows"),
            ("arn:aws:lambda:eu-west-1:012345678901:function:pay, 210987654321", "arn-1, account-1"),
        ] {
            assert_eq!(redactor.redact_message(text), wanted);
        }
        assert_eq!(redactor.redact("210987654321 and 012345678901"), "account-1 and 012345678901");
    }
}
