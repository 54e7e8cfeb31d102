#include "journal/state_page.h"

#include <fcntl.h>

#include "unit/journal/journal_fixture.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

IntakeState with_events(std::uint64_t count) {
    IntakeState state;
    state.counters.events_received = count;
    state.memory_until = count + 1;
    return state;
}

}  // namespace

TEST_CASE("a page gives the newest whole copy") {
    StateMemory memory;
    StatePage<IntakeState> page{memory.intake_page()};
    IntakeState found;
    CHECK_FALSE(page.load(found));
    for (std::uint64_t count = 1; count <= 5; ++count) {
        page.store(with_events(count));
        REQUIRE(page.load(found));
        CHECK(found.counters.events_received == count);
        CHECK(found.memory_until == count + 1);
    }
    // The fifth store went to the second copy: with it damaged the fourth is left.
    memory.intake_page()[state_copy_words + 3] ^= 1;
    REQUIRE(page.load(found));
    CHECK(found.counters.events_received == 4);
    memory.intake_page()[3] ^= 1;
    CHECK_FALSE(page.load(found));
}

TEST_CASE("a page goes on in the file it is moved to, and from the file it is read from") {
    const TemporaryDirectory directory;
    PosixDisk disk;
    {
        StateMemory memory;
        StatePage<IntakeState> intake{memory.intake_page()};
        StatePage<DeliveryState> delivery{memory.delivery_page()};
        intake.store(with_events(1));
        const auto file = disk.open(directory.path("state"), O_RDWR | O_CREAT);
        REQUIRE(file);
        REQUIRE(disk.allocate(file->get(), state_file_bytes));
        REQUIRE(memory.attach(disk, file->get(), memory.intake_page()));
        REQUIRE(memory.attach(disk, file->get(), memory.delivery_page()));
        IntakeState found;
        REQUIRE(intake.load(found));
        CHECK(found.counters.events_received == 1);
        intake.store(with_events(2));
        DeliveryState positions;
        positions.count = 1;
        positions.destinations[0].committed = 9;
        delivery.store(positions);
    }
    const auto bytes = read_file(directory.path("state"));
    REQUIRE(bytes.size() == state_file_bytes);
    std::array<char, state_file_bytes> copy{};
    std::copy(bytes.begin(), bytes.end(), copy.begin());
    StateMemory memory;
    memory.fill(copy);
    StatePage<IntakeState> intake{memory.intake_page()};
    intake.resume();
    IntakeState found;
    REQUIRE(intake.load(found));
    CHECK(found.counters.events_received == 2);
    intake.store(with_events(3));
    REQUIRE(intake.load(found));
    CHECK(found.counters.events_received == 3);
    DeliveryState positions;
    REQUIRE(StatePage<DeliveryState>{memory.delivery_page()}.load(positions));
    CHECK(positions.destinations[0].committed == 9);
}
