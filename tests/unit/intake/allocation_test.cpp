// Counts every allocation of this program: the reader must not make one for a line once it has seen the first.
#include <catch2/catch.hpp>

#include <memory>
#include <string>

#include "intake/event_reader.h"
#include "support/counting_new.h"

using namespace ordertrace;
using ordertrace::test::allocations;

namespace {

constexpr auto now = from_micros(1'795'305'600'000'000);

class Count : public EventSink {
public:
    void event(const Event& event) override { attributes += event.attributes.size(); }
    void reject(const Reject&) override { ++rejects; }
    std::size_t attributes = 0;
    std::size_t rejects = 0;
};

}  // namespace

TEST_CASE("a line costs no allocation") {
    AttributeSettings attributes;
    attributes.mask = {AttributeSettings::Mask::card_number};
    EventReader reader{{}, {}, attributes, "mes", "shop"};
    Count count;
    const std::string_view lines[] = {
        "ord1 span 10042 step=cut_panel start=1795305599120000 dur=12ms res=ok _material=oak _weight:f=1.5",
        "ord1 span 10042 step=cut_panel t=2026-11-21T23:59:59Z dur=1.5s rc=0 :a note\n  with a second line",
        "ord1 span \xC7\xCA-77 step=\"\xE0 \\xE1\" foo=bar nonsense _card=4111111111111111",
        "{\"v\":1,\"ev\":\"span\",\"order\":\"10042\",\"step\":\"cut\\npanel\",\"ms\":12,\"a\":{\"weight\":1.5,\"n\":{}"
        "}}",
        "no event at all"};
    for (const auto line : lines) reader.read(line, now, count);
    const auto before = allocations();
    for (int round = 0; round < 100; ++round)
        for (const auto line : lines) reader.read(line, now, count);
    const auto counted = allocations() - before;
    CHECK(counted == 0);
    CHECK(count.attributes == 101 * 6);
    CHECK(count.rejects == 101);
}

TEST_CASE("the counter counts") {
    const auto before = allocations();
    const auto text = std::make_unique<std::string>(100, 'x');
    const auto counted = allocations() - before;
    CHECK(text->size() == 100);
    CHECK(counted == 2);
}
