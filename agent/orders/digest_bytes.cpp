// The bytes of a digest: numbers as varints of seven bits a byte, the lowest first; signed ones with the sign in the
// lowest bit; texts and lists behind their length. The reader trusts nothing: it never passes the end.
#include <concepts>
#include <type_traits>
#include <utility>

#include "orders/digest.h"

namespace ordertrace {
namespace {

class Writer {
public:
    void operator()(bool value) { number(value ? 1 : 0); }
    void operator()(std::uint32_t value) { number(value); }
    void operator()(Duration value) { signed_number(value.count()); }
    void operator()(TimePoint value) { signed_number(to_micros(value)); }
    void operator()(SpanId id) { number(id.value); }
    void operator()(const std::string& text) {
        number(text.size());
        out_ += text;
    }
    template <class Enum>
        requires std::is_enum_v<Enum>
    void operator()(Enum value) {
        number(static_cast<std::uint64_t>(value));
    }
    template <class Value>
    void operator()(const std::optional<Value>& value) {
        (*this)(value.has_value());
        if (value) (*this)(*value);
    }
    void signed_number(std::int64_t value) {
        number((static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63U));
    }
    void number(std::uint64_t value) {
        for (; value >= 0x80; value >>= 7U) out_ += static_cast<char>(value | 0x80U);
        out_ += static_cast<char>(value);
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_;
};

class Reader {
public:
    explicit Reader(std::string_view bytes) : left_{bytes} {}
    bool finished() const { return !failed_ && left_.empty(); }
    bool failed() const { return failed_; }

    void operator()(bool& value) { value = number_up_to(1) == 1; }
    void operator()(std::uint32_t& value) { value = static_cast<std::uint32_t>(number_up_to(UINT32_MAX)); }
    void operator()(Duration& value) { value = Duration{signed_number()}; }
    void operator()(TimePoint& value) { value = from_micros(signed_number()); }
    void operator()(SpanId& id) { id.value = number(); }
    void operator()(std::string& text) {
        const auto size = number();
        if (size > left_.size()) return fail();
        text = left_.substr(0, size);
        left_.remove_prefix(size);
    }
    void operator()(VerdictKind& kind) {
        kind = static_cast<VerdictKind>(number_up_to(static_cast<std::uint64_t>(VerdictKind::blind)));
    }
    void operator()(FactResult& result) {
        result = static_cast<FactResult>(number_up_to(static_cast<std::uint64_t>(FactResult::cancel)));
    }
    template <class Value>
    void operator()(std::optional<Value>& value) {
        bool there = false;
        (*this)(there);
        if (there) (*this)(value.emplace());
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !left_.empty(); shift += 7) {
            const auto byte = static_cast<unsigned char>(left_.front());
            left_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
            if (byte < 0x80) return value;
        }
        fail();
        return 0;
    }

private:
    std::int64_t signed_number() {
        const auto value = number();
        return static_cast<std::int64_t>((value >> 1U) ^ (~(value & 1U) + 1U));
    }
    std::uint64_t number_up_to(std::uint64_t most) {
        const auto value = number();
        if (value <= most) return value;
        fail();
        return 0;
    }
    void fail() {
        failed_ = true;
        left_ = {};
    }

    std::string_view left_;
    bool failed_ = false;
};

template <class T, class Plain>
concept Like = std::same_as<std::remove_const_t<T>, Plain>;

// Which fields there are, in order: said once, for writing (of const values) and for reading.
template <class Archive, class... Fields>
void all(Archive& archive, Fields&... fields) {
    (archive(fields), ...);
}

void fields(auto& archive, Like<std::string> auto& text) { archive(text); }

void fields(auto& archive, Like<SpanId> auto& id) { archive(id); }

void fields(auto& archive, Like<Stay> auto& stay) {
    all(archive, stay.stage, stay.system, stay.since, stay.until, stay.begun_by);
}

void fields(auto& archive, Like<EdgeCount> auto& count) {
    all(archive, count.edge, count.sent, count.received, count.missing, count.missing_since);
}

void fields(auto& archive, Like<StepRun> auto& run) {
    all(archive, run.system, run.step, run.end, run.duration, run.failed);
}

template <class Item>
void list(Writer& writer, const std::vector<Item>& items) {
    writer.number(items.size());
    for (const auto& item : items) fields(writer, item);
}

// Every item takes a byte at least, so a false number of them ends with the bytes.
template <class Item>
void list(Reader& reader, std::vector<Item>& items) {
    for (auto left = reader.number(); left > 0 && !reader.failed(); --left) fields(reader, items.emplace_back());
}

void fields(auto& archive, Like<Verdict> auto& verdict) {
    all(archive, verdict.kind, verdict.blinded, verdict.stage, verdict.stage_since, verdict.since, verdict.limit,
        verdict.deadline, verdict.business, verdict.overdue, verdict.system, verdict.from, verdict.to, verdict.via,
        verdict.step, verdict.attempt, verdict.attempt_max, verdict.result, verdict.note, verdict.by_restart,
        verdict.to_act, verdict.review_at);
    list(archive, verdict.expected_next);
    list(archive, verdict.grounds);
    list(archive, verdict.beats_of);
}

void fields(auto& archive, Like<OrderDigest> auto& digest) {
    archive(digest.order);
    fields(archive, digest.verdict);
    list(archive, digest.stays);
    list(archive, digest.edges);
    list(archive, digest.runs);
    list(archive, digest.aliases);
}

}  // namespace

std::string to_bytes(const OrderDigest& digest) {
    Writer writer;
    fields(writer, digest);
    return writer.take();
}

Result<OrderDigest> digest_from_bytes(std::string_view bytes) {
    Reader reader{bytes};
    OrderDigest digest;
    fields(reader, digest);
    if (!reader.finished())
        return fail("the register's entry of an order is damaged (" + std::to_string(bytes.size()) +
                    " bytes): build the register anew");
    return digest;
}

}  // namespace ordertrace
