// What the embedded store costs: batches as agents send them go from Thrift bytes into a file, each committed, on one
// thread; then single orders are read back. Prints a table; judges nothing.
//   sqlite_intake FILE ORDERS      FILE must not be there; every order gets 8 facts from 4 systems
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include <jaeger_types.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>

#include "board/batch_decoder.h"
#include "board/fact_reader.h"
#include "store/sqlite_store.h"
#include "store/sqlite_writer.h"

using namespace ordertrace;

namespace {

namespace wire = jaegertracing::thrift;
constexpr std::int64_t begin_micros = 1'795'305'600'000'000;
constexpr std::size_t orders_a_batch = 4'096;
constexpr std::array systems{"online-shop", "mes", "wms", "tms"};  // the CRM never sees the price: stuck
std::mt19937_64 random_numbers{4711};

[[noreturn]] void give_up(const std::string& why) {
    std::fprintf(stderr, "sqlite_intake: %s\n", why.c_str());
    std::exit(70);
}

template <class T>
T must(Result<T> result) {
    if (!result) give_up(result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
}

wire::Tag tag(const std::string& key, const std::string& value) {
    wire::Tag tag;
    tag.__set_key(key);
    tag.__set_vType(wire::TagType::STRING);
    tag.__set_vStr(value);
    return tag;
}

wire::Span span(const std::string& order, const std::string& name, std::int64_t start, std::vector<wire::Tag> more) {
    wire::Span span;
    span.__set_traceIdHigh(1);
    span.__set_traceIdLow(2);
    span.__set_spanId(static_cast<std::int64_t>(random_numbers()));
    span.__set_operationName(name);
    span.__set_startTime(start);
    span.__set_duration(1);
    std::vector<wire::Tag> tags{tag("order.id", order), tag("order.namespace", "shop"), tag("span.kind", "internal")};
    tags.insert(tags.end(), more.begin(), more.end());
    span.__set_tags(tags);
    return span;
}

std::string order_id(std::size_t number) { return "ZK-" + std::to_string(1'000'000 + number); }

// A status and a finished step of each of these orders.
std::string body_of(const std::string& system, const std::vector<std::size_t>& orders) {
    wire::Batch batch;
    batch.process.__set_serviceName(system);
    for (const auto order : orders) {
        const auto start = begin_micros + static_cast<std::int64_t>(order) * 1'000;
        batch.spans.push_back(span(order_id(order), "status PRICE_CALCULATED", start,
                                   {tag("order.record", "status"), tag("order.status", "PRICE_CALCULATED")}));
        batch.spans.push_back(
            span(order_id(order), "calc_price", start + 500,
                 {tag("order.record", "step"), tag("order.result", "ok"), tag("service.instance.id", system + "-1")}));
    }
    auto bytes = std::make_shared<apache::thrift::transport::TMemoryBuffer>();
    apache::thrift::protocol::TBinaryProtocol protocol{bytes};
    batch.write(&protocol);
    return bytes->getBufferAsString();
}

double cpu_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

struct Spent {
    std::size_t spans = 0;
    double cpu = 0, wall = 0, worst = 0;
    void print(const char* what) const {
        const auto count = static_cast<double>(spans);
        std::printf("%-22s %9zu spans  %8.0f /s of CPU  %8.0f /s  longest batch %.0f ms\n", what, spans, count / cpu,
                    count / wall, worst * 1e3);
    }
};

void take(SqliteWriter& writer, const std::string& body, Spent& spent) {
    static const FactReader reader{"shop", "board"};
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    const auto cpu = cpu_seconds();
    const auto wall = wall_seconds();
    const auto batch = reader.read(must(decode_batch(body)));
    must(writer.write(batch, now));
    spent.cpu += cpu_seconds() - cpu;
    const auto took = wall_seconds() - wall;
    spent.wall += took;
    spent.worst = std::max(spent.worst, took);
    spent.spans += batch.facts.size();
}

std::vector<std::size_t> orders_from(std::size_t first, std::size_t end) {
    std::vector<std::size_t> orders;
    for (; first < end; ++first) orders.push_back(first);
    return orders;
}

void measure_intake(SqliteWriter& writer, std::size_t count) {
    Spent fresh;
    for (std::size_t first = 0; first < count; first += orders_a_batch)
        for (const auto* system : systems)
            take(writer, body_of(system, orders_from(first, std::min(count, first + orders_a_batch))), fresh);
    fresh.print("orders one by one");
    std::printf("%-22s %9.0f an order\n", "bytes",
                static_cast<double>(must(writer.used_bytes())) / static_cast<double>(count));
    Spent scattered;
    for (int i = 0; i < 20; ++i) {
        std::vector<std::size_t> orders(orders_a_batch);
        for (auto& order : orders) order = random_numbers() % count;
        take(writer, body_of("crm", orders), scattered);
    }
    scattered.print("orders here and there");
}

void measure_reading(const std::string& file, std::size_t count) {
    const auto store = must(SqliteStore::open(file));
    constexpr int reads = 10'000;
    double worst = 0;
    const auto begin = wall_seconds();
    for (int i = 0; i < reads; ++i) {
        const auto at = wall_seconds();
        must(store->facts_of({order_id(random_numbers() % count)}, FactLimits::per_order));
        worst = std::max(worst, wall_seconds() - at);
    }
    std::printf("%-22s %9.1f us, worst %.1f us\n", "facts of an order", (wall_seconds() - begin) * 1e6 / reads,
                worst * 1e6);
    const auto at = wall_seconds();
    must(store->nearest("ZK-1", 20));
    std::printf("%-22s %9.1f us\n", "nearest", (wall_seconds() - at) * 1e6);
}

void measure_retention(const std::string& file) {
    const auto writer = must(SqliteWriter::open(file, {.keep = Duration{0}}));
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()) + std::chrono::hours{1};
    double worst = 0;
    const auto begin = wall_seconds();
    for (int i = 0; i < 50; ++i) {
        const auto at = wall_seconds();
        must(writer->tidy(now));
        worst = std::max(worst, wall_seconds() - at);
    }
    std::printf("%-22s %9.1f ms, worst %.1f ms\n", "a turn of retention", (wall_seconds() - begin) * 1e3 / 50,
                worst * 1e3);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) give_up("usage: sqlite_intake FILE ORDERS");
    const std::string file = arguments[1];
    const auto orders = std::stoul(arguments[2]);
    const auto writer = must(SqliteWriter::open(file, {}));
    measure_intake(*writer, orders);
    measure_reading(file, orders);
    measure_retention(file);
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    std::printf("%-22s %9.1f MiB\n", "memory at most", static_cast<double>(used.ru_maxrss) / 1024.0);
    return 0;
}
