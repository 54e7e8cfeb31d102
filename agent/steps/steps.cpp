#include "steps/steps.h"

#include <algorithm>
#include <utility>

namespace ordertrace {

Steps::Steps(StepRules rules, Duration beat_every, std::string system, std::string name_space, TimePoint process_start,
             StepSink& sink)
    : rules_{std::move(rules)},
      sink_{sink},
      spans_{ids_, rules_.linked_systems},
      sequences_{ledger_},
      pairer_{rules_, ids_, spans_, gauges_, sink},
      beats_{{std::move(system), std::move(name_space), rules_.host_name, process_start}, ids_, ledger_} {
    beats_.set_every(beat_every);
}

Became Steps::apply(const Event& event, TimePoint now) {
    const auto place = ledger_.place_of(event.system);
    ledger_.heard(place, event.verb == Verb::beat, now);
    if (event.sequence) sequences_.observe(place, event.instance, *event.sequence, now);
    return become(event, now);
}

Became Steps::become(const Event& event, TimePoint now) {
    if (event.demoted) {
        write(event);
        return Became::span;
    }
    switch (event.verb) {
        case Verb::span: return pairer_.span(event, now);
        case Verb::start: return pairer_.start(event, now);
        case Verb::end: return pairer_.end(event, now);
        case Verb::beat: return Became::seen;
        case Verb::note:
            if (pairer_.attach(event)) return Became::attached;
            break;
        case Verb::status:
            if (rules_.origin && event.name == rules_.origin_status) sink_.span(spans_.title(event), SpanOrigin::title);
            break;
        default: break;
    }
    write(event);
    return Became::span;
}

void Steps::write(const Event& event) { sink_.span(spans_.make(event), SpanOrigin::event); }

void Steps::tick(TimePoint now, const AgentTotals& totals) {
    pairer_.judge(now);
    sequences_.judge(now);
    beats_.tick(now, totals, sink_);
}

std::optional<TimePoint> Steps::next_due() const {
    std::optional<TimePoint> next;
    for (const auto& due : {pairer_.next_due(), sequences_.next_due(), beats_.next_due()})
        if (due && (!next || *due < *next)) next = due;
    return next;
}

void Steps::set_rules(StepRules rules, Duration beat_every) {
    rules_ = std::move(rules);
    spans_.link_systems(rules_.linked_systems);
    pairer_.rules_changed();
    beats_.set_every(beat_every);
}

void Steps::farewell(TimePoint now, const AgentTotals& totals) {
    sequences_.judge(now);
    beats_.farewell(now, totals, sink_);
}

}  // namespace ordertrace
