#include "steps/span_maker.h"

#include <catch2/catch.hpp>

#include "unit/steps/step_fakes.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

struct Maker {
    explicit Maker(std::vector<std::string> linked = {"*"}) : spans{ids, std::move(linked)} {}
    KeptSpan make(const Event& event) { return keep(spans.make(event)); }
    IdMaker ids;
    SpanMaker spans;
};

Event with(Event event, StepResult result, std::string_view err, std::string_view note) {
    event.result = result;
    event.has_result = true;
    event.err = err;
    event.note = note;
    return event;
}

Event step_of(Duration duration) {
    auto event = event_of(Verb::span, "cut_panel");
    event.end = event.start + duration;
    return event;
}

}  // namespace

TEST_CASE("each verb becomes the span of its row") {
    auto sent = event_of(Verb::sent, "crm");
    sent.via = "q.price";
    sent.message_id = "9f1c";
    sent.edge_status = "PRICE_CALCULATED";
    auto received = event_of(Verb::recv, "mes");
    received.system = "crm";
    received.message_id = "9f1c";
    auto full = step_of(Duration{2'300'000});
    full.step_id = "op-7";
    full.attempt = 3;
    full.attempt_max = 5;
    full.instance = "mes-2";
    full.rc = 0;
    full.code = 200;
    full.attributes.push_back(Tag::of_real("weight", 1.5));
    full.remarks.push_back(Tag::of_text("text.charset", "windows-1251"));
    auto unknown = event_of(Verb::other);
    unknown.demoted = true;
    unknown.attributes.push_back(Tag::of_text("ext.step", "x"));
    unknown.remarks.push_back(Tag::of_text("event.verb", "begin"));
    auto note = event_of(Verb::note, "glue is late");
    note.attributes.push_back(Tag::of_integer("line", 4));
    auto dwell = event_of(Verb::mark, "in PACKAGING");
    dwell.system = "order";
    dwell.end = dwell.start + Duration{60'000'000};

    struct Row {
        const char* name;
        Event event;
        std::string want;
    };
    const std::vector<Row> rows{
        {"span", step_of(Duration{5}), "mes `cut_panel` 0+5 order.record=step span.kind=server order.result=ok"},
        {"span with everything", full,
         "mes `cut_panel` 0+2300000 order.record=step span.kind=server order.result=ok attempt=LONG:3 "
         "attempt.max=LONG:5 step.id=op-7 order.rc=LONG:0 order.code=LONG:200 service.instance.id=mes-2 "
         "weight=DOUBLE:1.500000 text.charset=windows-1251"},
        {"end that nobody saw begin", event_of(Verb::end, "cut_panel"),
         "mes `cut_panel` 0+1 order.record=step span.kind=server order.result=ok step.unpaired=BOOL:true"},
        {"status", event_of(Verb::status, "PACKAGING"),
         "mes `status PACKAGING` 0+1 order.record=status span.kind=internal order.status=PACKAGING"},
        {"sent", sent,
         "mes `sent to crm` 0+1 order.record=sent span.kind=producer order.edge=mes>crm peer.service=crm "
         "messaging.destination.name=q.price messaging.message.id=9f1c order.edge.status=PRICE_CALCULATED"},
        {"recv", received,
         "crm `received from mes` 0+1 order.record=received span.kind=consumer order.edge=mes>crm "
         "peer.service=mes messaging.message.id=9f1c"},
        {"mark", dwell, "order `in PACKAGING` 0+60000000 order.record=mark span.kind=internal"},
        {"alias", event_of(Verb::alias, "crm:ЗК-77"),
         "mes `alias crm:ЗК-77` 0+1 order.record=alias span.kind=internal order.alias=crm:ЗК-77"},
        {"note", note,
         "mes `note` 0+1 order.record=note span.kind=internal line=LONG:4 | +0: event=note message=glue is late "
         "line=LONG:4"},
        {"unknown verb", unknown, "mes `note` 0+1 order.record=note span.kind=internal ext.step=x event.verb=begin"},
    };
    Maker maker;
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto span = maker.make(row.event);
        CHECK(as_text(span) == row.want);
        CHECK(span.parent.value == 0);
        CHECK(span.has("order.id=10042"));
        CHECK(span.has("order.namespace=shop"));
        CHECK(to_hex(span.trace) == "8d91de8595de911c410b46d59c175b06");
    }
}

TEST_CASE("the head of every span stands in one order") {
    Maker maker;
    const auto span = maker.make(event_of(Verb::status, "PACKAGING"));
    const std::vector<std::string> head{"order.record=status", "order.id=10042", "order.namespace=shop",
                                        "span.kind=internal"};
    CHECK(std::vector<std::string>(span.tags.begin(), span.tags.begin() + 4) == head);
}

TEST_CASE("span ids are those of the protocol") {
    auto step = event_of(Verb::span, "cut_panel");
    step.step_id = "op-7";
    auto sent = event_of(Verb::sent, "crm");
    sent.message_id = "9f1c";
    auto again = sent;
    again.attempt = 2;
    auto received = event_of(Verb::recv, "mes");
    received.system = "crm";
    received.message_id = "9f1c";
    auto mark = event_of(Verb::mark, "in PACKAGING");
    mark.system = "order";
    Maker maker;
    CHECK(to_hex(maker.make(step).id) == "ccad386ecf0ccd9c");
    CHECK(to_hex(maker.make(event_of(Verb::span, "calc_price")).id) == "8e0d0ea6daff8b3d");
    CHECK(to_hex(maker.make(event_of(Verb::status, "PRICE_CALCULATED", from_micros(1'795'305'600'843'000))).id) ==
          "d7cef33631f3337c");
    CHECK(to_hex(maker.make(sent).id) == "2e6157b7b5dca60a");
    CHECK(to_hex(maker.make(again).id) == "37ed7017864bf709");
    CHECK(to_hex(maker.make(received).id) == "7f3a54367c8a29cc");
    CHECK(to_hex(maker.make(mark).id) == "1e8712e6254d5797");
    CHECK(to_hex(keep(maker.spans.title(event_of(Verb::status, "CREATED"))).id) == "2f23f84a9e85b6d4");
}

TEST_CASE("ids of notes, aliases and nameless hand-offs are built as documented") {
    Maker maker;
    IdMaker ids;
    const auto want = [&](IdKind kind, std::string_view name, std::string_view mark) {
        return ids.span_id(kind, "shop", "10042", "mes", name, mark);
    };
    constexpr std::string_view time = "\n1795305600120000";
    CHECK(maker.make(event_of(Verb::note, "short")).id == want(IdKind::note, "short", time));
    // 31 bytes and a two-byte letter: the cut goes before it.
    const std::string_view split = "1234567890123456789012345678901ж and more";
    CHECK(maker.make(event_of(Verb::note, split)).id == want(IdKind::note, split.substr(0, 31), time));
    CHECK(maker.make(event_of(Verb::alias, "crm:7")).id == want(IdKind::alias, "crm:7", time));
    CHECK(maker.make(event_of(Verb::sent, "crm")).id == want(IdKind::sent, "crm", time));
    CHECK(maker.make(event_of(Verb::recv, "crm")).id == want(IdKind::received, "crm", time));
    CHECK(maker.make(event_of(Verb::start, "cut")).id == want(IdKind::note, "started", time));
}

TEST_CASE("a received message nests under the first sent span of it") {
    auto received = event_of(Verb::recv, "mes");
    received.system = "crm";
    received.message_id = "9f1c";
    received.attempt = 2;
    const auto linked = Maker{}.make(received);
    REQUIRE(linked.references.size() == 1);
    CHECK(linked.references[0].type == SpanReference::Type::follows_from);
    CHECK(linked.references[0].trace == linked.trace);
    CHECK(to_hex(linked.references[0].span) == "2e6157b7b5dca60a");
    CHECK(Maker{{"m?s"}}.make(received).references.size() == 1);
    CHECK(Maker{{"erp", "c*"}}.make(received).references.empty());
    received.message_id = {};
    CHECK(Maker{}.make(received).references.empty());
}

TEST_CASE("a traceparent is a tag and a reference after the one inside the trace") {
    auto event = event_of(Verb::recv, "mes");
    event.message_id = "9f1c";
    event.trace_parent = TraceParent{{1, 2}, SpanId{3}, "00-0001-03-01"};
    const auto span = Maker{}.make(event);
    CHECK(span.has("traceparent=00-0001-03-01"));
    REQUIRE(span.references.size() == 2);
    CHECK(span.references[1].trace == TraceId{1, 2});
    CHECK(span.references[1].span == SpanId{3});
}

TEST_CASE("err and note find their place by the result") {
    struct Row {
        const char* name;
        Verb verb;
        StepResult result;
        const char* err;
        const char* note;
        const char* want;  // after the kind
    };
    const auto row = GENERATE(values<Row>({
        {"fail, err", Verb::span, StepResult::fail, "no glue", "",
         "order.result=fail error=BOOL:true otel.status_description=no glue"},
        {"fail, note", Verb::span, StepResult::fail, "", "timeout of price",
         "order.result=fail error=BOOL:true otel.status_description=timeout of price"},
        {"timeout, both", Verb::span, StepResult::timeout, "no glue", "see log",
         "order.result=timeout error=BOOL:true otel.status_description=no glue | +5: event=note message=see log"},
        {"fail, neither", Verb::span, StepResult::fail, "", "", "order.result=fail error=BOOL:true"},
        {"ok, both", Verb::span, StepResult::ok, "odd", "fine",
         "order.result=ok ext.err=odd | +5: event=note message=fine"},
        {"skip", Verb::span, StepResult::skip, "odd", "", "order.result=skip ext.err=odd"},
        {"cancel", Verb::span, StepResult::cancel, "", "", "order.result=cancel"},
        {"mark fail", Verb::mark, StepResult::fail, "", "stuck for 4 h",
         "order.result=fail error=BOOL:true otel.status_description=stuck for 4 h"},
        {"mark timeout", Verb::mark, StepResult::timeout, "late", "",
         "order.result=timeout error=BOOL:true otel.status_description=late"},
        {"mark ok", Verb::mark, StepResult::ok, "odd", "fine", "ext.err=odd | +5: event=note message=fine"},
        {"mark skip", Verb::mark, StepResult::skip, "", "", ""},
    }));
    CAPTURE(row.name);
    auto event = with(event_of(row.verb, "cut"), row.result, row.err, row.note);
    event.end = event.start + Duration{5};
    const bool step = row.verb == Verb::span;
    const std::string head = step ? "mes `cut` 0+5 order.record=step span.kind=server"
                                  : "mes `cut` 0+5 order.record=mark span.kind=internal";
    const std::string want{row.want};
    CHECK(as_text(Maker{}.make(event)) == head + (want.empty() ? "" : " ") + want);
}

TEST_CASE("a note on another verb is a log of its own words only") {
    for (const auto verb : {Verb::status, Verb::sent, Verb::recv, Verb::alias}) {
        auto event = event_of(verb, "crm");
        event.note = "by hand";
        event.attributes.push_back(Tag::of_text("who", "ann"));
        const auto span = Maker{}.make(event);
        CAPTURE(name_of(verb));
        CHECK(span.logs == std::vector<std::string>{"+0: event=note message=by hand"});
        CHECK(span.has("who=ann"));
    }
}

TEST_CASE("a field cannot overwrite what the log says") {
    auto event = event_of(Verb::note, "true words");
    event.attributes.push_back(Tag::of_text("message", "false words"));
    event.attributes.push_back(Tag::of_text("event", "x"));
    CHECK(Maker{}.make(event).logs ==
          std::vector<std::string>{"+0: event=note message=true words ext._message=false words ext._event=x"});
}

TEST_CASE("an instant note shows which step it named") {
    auto event = event_of(Verb::note, "odd noise");
    event.name = "cut";
    event.step_id = "op-7";
    event.attempt = 2;
    CHECK(as_text(Maker{}.make(event)) ==
          "mes `note` 0+1 order.record=note span.kind=internal ext.step=cut attempt=LONG:2 step.id=op-7 "
          "| +0: event=note message=odd noise");
}

TEST_CASE("a demoted event is a note of its own words") {
    auto event = event_of(Verb::start);
    event.demoted = true;
    event.note = "no step given";
    event.remarks.push_back(Tag::of_text("event.verb", "start"));
    CHECK(as_text(Maker{}.make(event)) ==
          "mes `note` 0+1 order.record=note span.kind=internal event.verb=start "
          "| +0: event=note message=no step given");
}

TEST_CASE("an end that tells its start is a whole step") {
    auto event = event_of(Verb::end, "cut", t0 + Duration{70});
    event.has_start = true;
    event.start = t0;
    CHECK(as_text(Maker{}.make(event)) == "mes `cut` 0+70 order.record=step span.kind=server order.result=ok");
}

TEST_CASE("the title is a span of the service order, one microsecond before the status") {
    auto status = event_of(Verb::status, "CREATED");
    status.instance = "mes-2";
    status.note = "by hand";
    Maker maker;
    CHECK(as_text(keep(maker.spans.title(status))) == "order `order 10042` -1+1 order.record=title span.kind=internal");
}
