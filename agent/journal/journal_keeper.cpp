#include <fcntl.h>
#include <sys/eventfd.h>

#include "journal/journal_reader.h"
#include "journal/journal_shared.h"

namespace ordertrace {
namespace {

// Intake has made the state file later than at the start: delivery moves its page there too.
void attach_delivery_page(JournalShared& shared) {
    if (shared.delivery_attached || !shared.state_on_disk.load(std::memory_order_acquire)) return;
    const auto file = shared.disk.open(shared.path(state_name), O_RDWR);
    if (file && shared.state.attach(shared.disk, file->get(), shared.state.delivery_page()))
        shared.delivery_attached = true;
}

}  // namespace

void Window::clear() {
    processes.clear();
    spans.clear();
    buffer_.clear();
    losses_ = {};
    end_ = {};
}

void Window::add(std::uint64_t number, std::size_t process, TimePoint start, std::string_view bytes) {
    earliest_ = spans.empty() ? start : std::min(earliest_, start);
    latest_ = spans.empty() ? start : std::max(latest_, start);
    buffer_.append(bytes);
    spans.push_back({number, process, start, bytes});
}

void Window::finish() {
    const char* from = buffer_.data();
    for (auto& span : spans) {
        span.bytes = {from, span.bytes.size()};
        from += span.bytes.size();
    }
}

void JournalKeeper::tidy(TimePoint now) {
    if (!shared_->settled.load(std::memory_order_acquire)) return;
    attach_delivery_page(*shared_);
    shared_->delivery.pull();
    shared_->delivery.make_room();
    shared_->delivery.release_passed();
    if (now - last_sync_ < shared_->settings.sync_every && now >= last_sync_) return;
    last_sync_ = now;
    shared_->delivery.sync();
}

void JournalKeeper::sync() {
    if (!shared_->settled.load(std::memory_order_acquire)) return;
    shared_->delivery.pull();
    shared_->delivery.sync();
}

bool wants_tick(const JournalShared& shared) {
    return shared.memory_mode.load(std::memory_order_relaxed) ||
           shared.losses_to_book.load(std::memory_order_relaxed) ||
           shared.rewrite_below.load(std::memory_order_relaxed) > shared.rewritten_to.load(std::memory_order_relaxed);
}

std::uint64_t written_number(const JournalShared& shared) { return shared.written.load(std::memory_order_acquire); }

int doorbell_fd(const JournalShared& shared) { return shared.doorbell.get(); }

bool prepare_to_sleep(JournalShared& shared, std::uint64_t seen_number) {
    shared.sleeping.store(true);
    // Sequentially consistent with intake's store of `written` and its look at `sleeping`: one of the two sees the
    // other.
    if (shared.written.load() <= seen_number) return true;
    shared.sleeping.store(false);
    return false;
}

void woke_up(JournalShared& shared) {
    shared.sleeping.store(false);
    eventfd_t rings = 0;
    ::eventfd_read(shared.doorbell.get(), &rings);
}

}  // namespace ordertrace
