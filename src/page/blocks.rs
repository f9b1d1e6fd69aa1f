//! Blocks of a body: data → HTML, by the template that the block names.

use super::chart::{self, Plot};
use super::compose::{Composer, Texts};
use super::view::{
    BlockPage, BlockView, ChartBlock, ChartRow, CompareBlock, CompareRow, EventView, FactView, FactsBlock,
    Link, PeopleBlock, PersonLink, SafeText, TimelineBlock,
};
use crate::archive::{DocId, PersonId};
use crate::diagnostics::{Diagnostics, Place};
use crate::document::blocks::{Chart, Comparison, Data, Fenced, Series};
use crate::document::{Date, Event, GlanceFact, Spanned, inline};
use crate::theme::Phrases;
use serde::Serialize;
use tera::Value;

/// Where the HTML of a body goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    Page,
    /// Readers of feeds show no drawings.
    Feed,
}

impl Composer<'_> {
    /// The HTML of a block, `number` of its document's. What cannot be read was reported, and is shown
    /// as it was typed.
    pub(super) fn block(
        &self,
        id: DocId,
        number: usize,
        block: &Fenced,
        reader: Reader,
        texts: &Texts,
    ) -> String {
        let document = self.archive().document(id);
        let config = &self.archive().config;
        let data = block.read(&document.path, config, &mut Diagnostics::default());
        let data = data.and_then(|data| self.block_data(id, number, data, texts));
        let Some(data) = data else { return block.as_it_is() };
        let (lang, dir) = self.language(id);
        let view = BlockView {
            block: data,
            number: number + 1,
            id: block_id(number),
            in_feed: reader == Reader::Feed,
            page: BlockPage {
                title: self.archive().title(id).to_owned(),
                url: self.url(self.archive().thing_of(id)),
                lang,
                dir,
                source_path: document.path.to_string(),
            },
        };
        (texts.block)(&block.name, &view, &Place::new(document.path.clone(), block.span))
    }

    fn block_data(&self, id: DocId, number: usize, data: Data, texts: &Texts) -> Option<Value> {
        fn value(view: &impl Serialize) -> Value {
            Value::from_serializable(view)
        }
        let facts = &self.archive().document(id).facts;
        let (lang, _) = self.language(id);
        let at = facts.updated.or(facts.date);
        let known = self.archive().block(id, number);
        let mut people = known.map_or(&[][..], |(_, people)| people).iter().copied();
        Some(match data {
            Data::Own(json) => value(&json),
            Data::Timeline(events) => {
                let events = events.iter().map(|e| {
                    let people =
                        e.people.iter().map(|name| self.named(name, people.next().flatten(), Some(e.date)));
                    self.block_event(id, e, people.collect(), &lang).value()
                });
                value(&TimelineBlock { events: events.collect() })
            }
            Data::People(names) => {
                let people = names.iter().map(|name| self.named(name, people.next().flatten(), at));
                value(&PeopleBlock { people: people.collect() })
            }
            Data::Facts(facts) => value(&FactsBlock { facts: facts.into_iter().map(fact).collect() }),
            Data::Compare(table) => value(&compare(&table)),
            Data::Chart(chart) => {
                let of_file;
                let series = match chart.file {
                    None => &chart.series,
                    Some(_) => {
                        of_file = (texts.series)(id, number)?;
                        &of_file
                    }
                };
                let mut view = chart_view(&chart, series, &self.words_of(id), &lang, &block_id(number));
                view.file = known.and_then(|(needs, _)| {
                    let link = needs.chart.as_ref()?.link as usize;
                    let name = facts.outgoing.get(link)?.target.rsplit('/').next()?;
                    Some(Link::new(name, self.archive().href_of_link(id, link)?))
                });
                value(&view)
            }
        })
    }

    /// A person by name; where nobody is known by it, the name alone.
    fn named(&self, name: &Spanned<String>, id: Option<PersonId>, at: Option<Date>) -> PersonLink {
        match id {
            Some(id) => self.person_link(id, at),
            None => PersonLink { name: name.value.clone(), ..PersonLink::default() },
        }
    }

    fn block_event(&self, id: DocId, event: &Event, people: Vec<PersonLink>, lang: &str) -> EventView {
        EventView {
            date: super::compose::date_view(event.date, lang),
            until: event.until.map(|date| super::compose::date_view(date, lang)),
            text: event.event.clone(),
            detail: event.detail.clone(),
            kind: event.kind.clone(),
            major: event.major,
            people,
            source_path: self.archive().document(id).path.to_string(),
            ..EventView::default()
        }
    }
}

/// The id of a block in its page. Headings have none that begins so.
fn block_id(number: usize) -> String {
    format!("part-block-{}", number + 1)
}

fn fact(fact: GlanceFact) -> FactView {
    FactView { label: fact.label, value: fact.value, source: fact.source, source_link: None }
}

fn compare(table: &Comparison) -> CompareBlock {
    let html = |text: &String| SafeText::new(&inline(text));
    CompareBlock {
        caption: table.caption.clone(),
        columns: table.columns.iter().map(html).collect(),
        rows: table
            .rows
            .iter()
            .filter_map(|row| row.split_first())
            .map(|(head, cells)| CompareRow { head: html(head), cells: cells.iter().map(html).collect() })
            .collect(),
    }
}

fn chart_view(chart: &Chart, series: &Series, words: &Phrases, lang: &str, id: &str) -> ChartBlock {
    let draw = |id: &str, wide: f64| {
        SafeText::new(&chart::svg(&Plot {
            form: chart.form,
            title: &chart.title,
            description: &chart.description,
            unit: &chart.unit,
            x: &chart.x,
            y: &chart.y,
            lang,
            words,
            id,
            series,
            wide,
        }))
    };
    let first =
        |texts: &[&str]| texts.iter().find(|text| !text.is_empty()).copied().unwrap_or_default().to_owned();
    let mut columns = vec![first(&[&chart.x, &series.head])];
    match &series.names[..] {
        // One column without a name is what the chart is about.
        [only] => columns.push(first(&[only, &chart.y, &chart.unit, words.text("chart_value")])),
        names => columns.extend(names.iter().cloned()),
    }
    ChartBlock {
        kind: chart.form.to_owned(),
        title: chart.title.clone(),
        description: chart.description.clone(),
        unit: chart.unit.clone(),
        svg: draw(id, chart::WIDE),
        svg_narrow: draw(&format!("{id}-narrow"), chart::NARROW),
        columns,
        rows: series
            .rows
            .iter()
            .map(|row| ChartRow {
                label: chart::label(&row.label, lang),
                cells: row.numbers.iter().map(|number| chart::cell(*number, lang)).collect(),
            })
            .collect(),
        source: chart.source.clone(),
        file: None,
    }
}
