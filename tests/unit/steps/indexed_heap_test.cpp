#include "steps/indexed_heap.h"

#include <map>

#include <rapidcheck.h>
#include <catch2/catch.hpp>

using namespace ordertrace;

namespace {

struct Slots {
    std::vector<int> keys = std::vector<int>(16);
    std::vector<std::uint32_t> positions = std::vector<std::uint32_t>(16);
};

struct ByKey {
    Slots* slots;
    bool before(std::uint32_t a, std::uint32_t b) const { return slots->keys[a] < slots->keys[b]; }
    std::uint32_t& position(std::uint32_t slot) const { return slots->positions[slot]; }
};

}  // namespace

TEST_CASE("the front of the heap is the least, whatever is pushed, moved and taken out") {
    const bool holds = rc::check([](const std::vector<std::pair<std::uint8_t, int>>& actions) {
        Slots slots;
        IndexedHeap<ByKey> heap{ByKey{&slots}};
        std::map<std::uint32_t, int> model;
        for (const auto& [choice, key] : actions) {
            const std::uint32_t slot = choice % 16;
            const bool known = model.count(slot) != 0;
            if (known && choice >= 128) {
                heap.erase(slot);
                model.erase(slot);
            } else {
                slots.keys[slot] = key;
                if (known)
                    heap.moved(slot);
                else
                    heap.push(slot);
                model[slot] = key;
            }
            RC_ASSERT(heap.empty() == model.empty());
            for (const auto& [other, value] : model) RC_ASSERT(slots.keys[heap.front()] <= value);
            if (!model.empty()) RC_ASSERT(model.count(heap.front()) == 1);
        }
    });
    CHECK(holds);
}
