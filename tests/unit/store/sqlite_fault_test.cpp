// The process killed at any moment, and a disk that is full at any byte: what was acknowledged is there, and nothing is
// there by half.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <random>
#include <thread>

#include <sqlite3.h>

#include "base/unique_fd.h"
#include "unit/store/sqlite_support.h"

using namespace ordertrace;
using namespace ordertrace::test;

namespace {

constexpr std::uint64_t orders_a_batch = 20;

std::string order_of(std::uint64_t batch, std::uint64_t i) {
    return "B" + std::to_string(batch) + "-" + std::to_string(i);
}

// Batch `number`: a fact for each of its own orders, and one for the order that all batches speak of.
FactBatch numbered_batch(std::uint64_t number) {
    FactBatch batch;
    for (std::uint64_t i = 0; i < orders_a_batch; ++i) {
        auto fact = status_fact(number, "crm", "CREATED", suite_begin);
        fact.note = std::string(200, 'x');
        batch.facts.push_back({order_of(number, i), fact});
    }
    batch.facts.push_back({"all", status_fact(number, "crm", "CREATED", suite_begin)});
    return batch;
}

// How many batches are there, each of them whole and none left out.
std::uint64_t whole_batches(const std::string& file) {
    const auto store = taken(SqliteStore::open(file));
    const auto numbers = fact_ids(*store, "all");
    for (std::uint64_t number = 0; number < numbers.size(); ++number) {
        REQUIRE(numbers[number] == number);
        for (std::uint64_t i = 0; i < orders_a_batch; ++i)
            REQUIRE(fact_ids(*store, order_of(number, i)) == std::vector{number});
    }
    REQUIRE(all_orders(*store).size() == (numbers.empty() ? 0 : numbers.size() * orders_a_batch + 1));
    return numbers.size();
}

// Writes batches from `next` on, and a byte for each that was acknowledged, until it is killed.
[[noreturn]] void write_until_killed(const std::string& file, std::uint64_t next, int acknowledged) {
    auto writer = SqliteWriter::open(file, {});
    while (writer && (*writer)->write(numbered_batch(next++), suite_begin)) {
        if (::write(acknowledged, "a", 1) != 1) break;
    }
    ::_exit(1);
}

// The number of batches that a child had acknowledged when it was killed.
std::uint64_t write_and_be_killed(const std::string& file, std::uint64_t next, std::mt19937& random) {
    int ends[2] = {-1, -1};
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const UniqueFd from_child{ends[0]};
    UniqueFd to_parent{ends[1]};
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) write_until_killed(file, next, to_parent.get());
    to_parent.reset();
    std::uint64_t acknowledged = 0;
    char byte = 0;
    for (auto left = random() % 20; left > 0 && ::read(from_child.get(), &byte, 1) == 1; --left) ++acknowledged;
    std::this_thread::sleep_for(std::chrono::microseconds{random() % 3'000});
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    while (::read(from_child.get(), &byte, 1) == 1) ++acknowledged;
    return acknowledged;
}

// The disk as SQLite sees it: it takes so many bytes more.
std::size_t disk_left = std::numeric_limits<std::size_t>::max();

ssize_t write_while_there_is_room(int file, const void* bytes, std::size_t size, off_t at) {
    const auto fits = std::min(size, disk_left);
    if (fits == 0 && size > 0) {
        errno = ENOSPC;
        return -1;
    }
    disk_left -= fits;
    return ::pwrite(file, bytes, fits, at);
}

class SmallDisk {
public:
    SmallDisk() { set(reinterpret_cast<sqlite3_syscall_ptr>(write_while_there_is_room)); }
    ~SmallDisk() {
        set(nullptr);
        disk_left = std::numeric_limits<std::size_t>::max();
    }

private:
    static void set(sqlite3_syscall_ptr call) {
        auto* disk = ::sqlite3_vfs_find(nullptr);
        for (const auto* name : {"pwrite", "pwrite64"}) disk->xSetSystemCall(disk, name, call);
    }
};

}  // namespace

TEST_CASE("what was acknowledged is there after a kill at any moment") {
    const TemporaryDirectory directory;
    const auto file = directory.path("orders.db");
    std::mt19937 random{std::random_device{}()};
    std::uint64_t there = 0;
    for (int life = 0; life < 20; ++life) {
        CAPTURE(life);
        const auto acknowledged = there + write_and_be_killed(file, there, random);
        taken(SqliteWriter::open(file, {}));
        there = whole_batches(file);
        CHECK(there >= acknowledged);
        CHECK(there <= acknowledged + 1);
        CHECK(integrity_of(file) == "ok");
    }
    CHECK(there > 20);
}

TEST_CASE("a disk that is full at any byte is said, and writing goes on when there is room") {
    std::size_t room = 0;
    bool fitted = false;
    while (!fitted) {
        CAPTURE(room);
        const StoreFile store;
        REQUIRE(store.writer->write(numbered_batch(0), suite_begin));
        {
            const SmallDisk disk;
            disk_left = room;
            const auto written = store.writer->write(numbered_batch(1), suite_begin);
            fitted = written.has_value();
            if (!fitted)
                CHECK(written.error().message ==
                      store.file + ": no space left on the disk; nothing is taken until there is room");
            CHECK(store.writer->counters().facts_written == (orders_a_batch + 1) * (fitted ? 2 : 1));
        }
        CHECK(whole_batches(store.file) == (fitted ? 2 : 1));
        REQUIRE(store.writer->write(numbered_batch(1), suite_begin));
        CHECK(whole_batches(store.file) == 2);
        CHECK(integrity_of(store.file) == "ok");
        room += 1'500;
    }
    CHECK(room > 10'000);
}

TEST_CASE("a full disk at the beginning is said, and the file is good afterwards") {
    const TemporaryDirectory directory;
    const auto file = directory.path("orders.db");
    for (const std::size_t room : {0U, 100U, 5'000U, 20'000U}) {
        CAPTURE(room);
        const SmallDisk disk;
        disk_left = room;
        const auto opened = SqliteWriter::open(file, {});
        REQUIRE_FALSE(opened);
        CHECK(opened.error().message == file + ": no space left on the disk; nothing is taken until there is room");
    }
    taken(SqliteWriter::open(file, {}));
    CHECK(whole_batches(file) == 0);
}

TEST_CASE("a file that another program keeps locked is said after the time-out") {
    const StoreFile store;
    auto other = taken(SqliteDatabase::open_to_write(store.file));
    REQUIRE(other.run("BEGIN IMMEDIATE"));
    const auto written = store.writer->write(numbered_batch(0), suite_begin);
    REQUIRE_FALSE(written);
    CHECK(written.error().message == store.file + ": another program keeps it locked; end that program");
    REQUIRE(other.run("ROLLBACK"));
    CHECK(store.writer->write(numbered_batch(0), suite_begin));
}
