#include <limits>

#include "export/span_source.h"

namespace ordertrace {
namespace {

class JournalSource : public SpanSource {
public:
    JournalSource(std::shared_ptr<JournalShared> journal, std::size_t destination)
        : reader_{std::move(journal), destination} {}

    bool read(const WindowLimits& limits, Window& window) override { return reader_.read(limits, window); }
    void commit(const Window& window, std::uint64_t refused) override { reader_.commit(window, refused); }
    std::uint64_t backlog() const override { return reader_.backlog(); }
    bool set_aside(const StoredSpan& span, std::string_view batch) override { return reader_.set_aside(span, batch); }

private:
    JournalReader reader_;
};

class JournalSupply : public SpanSupply {
public:
    explicit JournalSupply(std::shared_ptr<JournalShared> journal) : journal_{std::move(journal)} {}

    std::unique_ptr<SpanSource> source(std::size_t destination) override {
        return std::make_unique<JournalSource>(journal_, destination);
    }
    int doorbell() const override { return doorbell_fd(*journal_); }
    // Destinations stand at different numbers, so each looks for itself after the bell is set.
    void prepare_to_sleep() override {
        ordertrace::prepare_to_sleep(*journal_, std::numeric_limits<std::uint64_t>::max());
    }
    void woke_up() override { ordertrace::woke_up(*journal_); }

private:
    std::shared_ptr<JournalShared> journal_;
};

}  // namespace

std::unique_ptr<SpanSupply> journal_supply(std::shared_ptr<JournalShared> journal) {
    return std::make_unique<JournalSupply>(std::move(journal));
}

}  // namespace ordertrace
