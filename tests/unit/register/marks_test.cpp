#include "orders/marks.h"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "base/text.h"
#include "intake/event_reader.h"
#include "unit/register/register_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

constexpr auto now = t0 + 30h;

// Created at t0, priced after 2 h.
OrderFacts priced_order() {
    OrderFacts order;
    order.order = "10042";
    order.facts = {status_fact("online-shop", "CREATED", t0), status_fact("mes", "PRICED", t0 + 2h)};
    return order;
}

Verdict on_time() {
    Verdict verdict;
    verdict.kind = VerdictKind::on_time;
    verdict.stage = "PRICED";
    return verdict;
}

Verdict late() {
    auto verdict = on_time();
    verdict.kind = VerdictKind::late;
    verdict.since = t0 + 2h;
    verdict.limit = 24h;
    verdict.deadline = t0 + 26h;
    verdict.overdue = true;
    return verdict;
}

MarksOfOrder marks(const OrderFacts& order, const Verdict& verdict, TimePoint at = now) {
    return marks_of(shop_lifecycle(), order, verdict, at, {});
}

const OrderMark in_created{"in CREATED", t0, 2h, false};
const OrderMark stuck_in_priced{"stuck in PRICED", t0 + 26h, Duration{1}, true};

using Due = std::vector<OrderMark>;

// The only event of a line, as an agent on loopback reads it.
class Read : public EventSink {
public:
    explicit Read(std::string_view line, TimePoint at = now) {
        EventReader reader{{}, {}, {}, "mes", "shop"};
        reader.read(line, at, *this);
    }
    void event(const Event& event) override {
        ++events;
        verb = event.verb;
        order = event.order;
        name = event.name;
        system = event.system;
        name_space = event.name_space;
        start = event.start;
        end = event.end;
        failed = event.result == StepResult::fail;
        plain = event.remarks.empty() && event.attributes.empty();
    }
    void reject(const Reject& /*reject*/) override { ++rejects; }

    int events = 0, rejects = 0;
    Verb verb{};
    std::string order, name, system, name_space;
    TimePoint start{}, end{};
    bool failed = false, plain = false;
};

}  // namespace

TEST_CASE("a finished stay becomes a mark once it has settled") {
    CHECK(marks(priced_order(), on_time()).due == Due{in_created});
    const auto early = marks(priced_order(), on_time(), t0 + 2h + 9min);
    CHECK(early.due.empty());
    CHECK(early.next == t0 + 2h + 10min);
    CHECK(marks(priced_order(), on_time(), t0 + 2h + 10min).due == Due{in_created});
}

TEST_CASE("a stuck order becomes a mark where its limit passed") {
    CHECK(marks(priced_order(), late()).due == Due{in_created, stuck_in_priced});
    auto without_deadline = late();
    without_deadline.deadline.reset();
    CHECK(marks(priced_order(), without_deadline).due == Due{in_created, stuck_in_priced});
    without_deadline.limit.reset();
    CHECK(marks(priced_order(), without_deadline).due == Due{in_created});
    auto running = late();
    running.kind = VerdictKind::running;
    running.overdue = false;
    CHECK(marks(priced_order(), running).due == Due{in_created});
    auto without_stage = late();
    without_stage.stage.clear();
    CHECK(marks(priced_order(), without_stage).due.back().name == "stuck");
}

TEST_CASE("a mark that is there already is not due") {
    auto order = priced_order();
    order.facts.push_back(mark_fact("in CREATED", t0));
    CHECK(marks(order, late()).due == Due{stuck_in_priced});
    order.facts.push_back(mark_fact("stuck in PRICED", t0 + 25h));
    CHECK(marks(order, late()).due == Due{stuck_in_priced});
    order.facts.push_back(mark_fact("stuck in PRICED", t0 + 26h));
    CHECK(marks(order, late()) == MarksOfOrder{});
    order.facts.back().system = "mes";
    CHECK(marks(order, late()).due == Due{stuck_in_priced});
}

TEST_CASE("what is older than look_back is counted, not marked") {
    CHECK(marks(priced_order(), late(), t0 + 2h + 168h).due == Due{in_created, stuck_in_priced});
    const auto later = marks(priced_order(), late(), t0 + 3h + 168h);
    CHECK(later.due == Due{stuck_in_priced});
    CHECK(later.too_old == 1);
    CHECK(marks(priced_order(), late(), t0 + 27h + 168h).too_old == 2);
}

TEST_CASE("a stay that began longer ago than an agent believes is counted, not marked") {
    OrderFacts order;
    order.facts = {status_fact("online-shop", "CREATED", t0), status_fact("mes", "PRICED", t0 + 24h * 90)};
    const auto marks_then = marks(order, on_time(), t0 + 24h * 91);
    CHECK(marks_then.due.empty());
    CHECK(marks_then.too_old == 1);
}

TEST_CASE("the line of a mark") {
    struct Row {
        const char* name;
        OrderMark mark;
        const char* order;
        const char* line;
    };
    const auto row = GENERATE(values<Row>({
        {"a stay", in_created, "10042",
         "ord1 mark 10042 sys=order ns=shop step=\"in CREATED\" start=1795305600000000 end=1795312800000000"},
        {"stuck", stuck_in_priced, "10042",
         "ord1 mark 10042 sys=order ns=shop step=\"stuck in PRICED\" start=1795399200000000 end=1795399200000001 "
         "res=fail"},
        {"a bare name",
         {"stuck", t0, Duration{1}, true},
         "A-7.x_1",
         "ord1 mark A-7.x_1 sys=order ns=shop step=stuck start=1795305600000000 end=1795305600000001 res=fail"},
        {"escapes",
         {"in \"A\\\n\t\x7F", t0, 1s, false},
         "a b=c:d",
         R"(ord1 mark "a b=c:d" sys=order ns=shop step="in \"A\\\x0A\x09\x7F" start=1795305600000000 )"
         "end=1795305601000000"},
        {"other letters",
         {"in ЦЕХ", t0, 1s, false},
         "ЗК-77",
         "ord1 mark \"ЗК-77\" sys=order ns=shop step=\"in ЦЕХ\" start=1795305600000000 end=1795305601000000 cs=utf-8"},
    }));
    CAPTURE(row.name);
    CHECK(to_line(row.mark, "shop", row.order) == row.line);
}

TEST_CASE("an agent reads a mark as it was meant") {
    CHECK(rc::check([] {
        const auto pieces = rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "a", "7", "\"", "\\", "\\x41", ":", "=", "-", "{", "<", "ord1 mark", " x", "Ж", "€"));
        const auto joined = [&](std::string text) {
            for (const auto& piece : *pieces) text += piece;
            text.resize(cut_utf8(text, 60).size());
            return text + ".";
        };
        const auto order = joined("1");
        const OrderMark mark{joined("in S"), t0 + Duration{*rc::gen::inRange(0, 1'000'000)}, 3h,
                             *rc::gen::arbitrary<bool>()};
        const Read read{to_line(mark, "shop", order)};
        RC_ASSERT(read.events == 1);
        RC_ASSERT(read.rejects == 0);
        RC_ASSERT(read.order == order);
        RC_ASSERT(read.name == mark.name);
        RC_ASSERT(read.system == "order");
        RC_ASSERT(read.start == mark.start);
        RC_ASSERT(read.end == mark.start + mark.duration);
        RC_ASSERT(read.failed == mark.failed);
        RC_ASSERT(read.plain);
    }));
}
