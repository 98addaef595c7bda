"""One transaction of a producer of its own: `write(broker, topic, values, commit=False)`, `leave_open(…)`.

kcat has none, so this calls librdkafka itself. What it leaves in a topic a reader of committed records
must not see.
"""
import contextlib
import ctypes

COPY = 2
TIMEOUT_MS = 30_000
LEFT_OPEN_MS = 600_000  # longer than any test waits


def _library():
    library = ctypes.CDLL("librdkafka.so.1")
    for name in ("conf_new", "new", "topic_new", "init_transactions", "begin_transaction", "commit_transaction",
                 "abort_transaction", "send_offsets_to_transaction", "topic_partition_list_new",
                 "topic_partition_list_add", "consumer_group_metadata_new"):
        getattr(library, f"rd_kafka_{name}").restype = ctypes.c_void_p
    library.rd_kafka_error_string.restype = ctypes.c_char_p
    return library


def _check(library, error):
    assert not error, library.rd_kafka_error_string(ctypes.c_void_p(error))


@contextlib.contextmanager
def _begun(library, broker, properties):
    """A producer in a transaction, which is as it is when the producer goes."""
    said = ctypes.create_string_buffer(512)
    conf = ctypes.c_void_p(library.rd_kafka_conf_new())
    for name, value in {"bootstrap.servers": broker.bootstrap_servers, **properties}.items():
        assert library.rd_kafka_conf_set(conf, name.encode(), value.encode(), said, len(said)) == 0, said.value
    producer = ctypes.c_void_p(library.rd_kafka_new(0, conf, said, len(said)))
    assert producer, said.value
    try:
        _check(library, library.rd_kafka_init_transactions(producer, TIMEOUT_MS))
        _check(library, library.rd_kafka_begin_transaction(producer))
        yield producer
    finally:
        library.rd_kafka_destroy(producer)


def write(broker, topic, values, commit, partition=0):
    library = _library()
    with _begun(library, broker, {"transactional.id": f"test-{topic}"}) as producer:
        handle = ctypes.c_void_p(library.rd_kafka_topic_new(producer, topic.encode(), None))
        for value in values:
            assert library.rd_kafka_produce(handle, partition, COPY, value, ctypes.c_size_t(len(value)), None,
                                            ctypes.c_size_t(0), None) == 0
        assert library.rd_kafka_flush(producer, TIMEOUT_MS) == 0
        library.rd_kafka_topic_destroy(handle)
        end = library.rd_kafka_commit_transaction if commit else library.rd_kafka_abort_transaction
        _check(library, end(producer, TIMEOUT_MS))


def leave_open(broker, transactional_id, group, topic, partition=0):
    """A transaction with an offset, and without an end, as by a process that was killed at its commit."""
    library = _library()
    properties = {"transactional.id": transactional_id, "transaction.timeout.ms": str(LEFT_OPEN_MS)}
    with _begun(library, broker, properties) as producer:
        offsets = ctypes.c_void_p(library.rd_kafka_topic_partition_list_new(1))
        library.rd_kafka_topic_partition_list_add(offsets, topic.encode(), partition)
        library.rd_kafka_topic_partition_list_set_offset(offsets, topic.encode(), partition, ctypes.c_int64(1))
        metadata = ctypes.c_void_p(library.rd_kafka_consumer_group_metadata_new(group.encode()))
        _check(library, library.rd_kafka_send_offsets_to_transaction(producer, offsets, metadata, TIMEOUT_MS))
        library.rd_kafka_consumer_group_metadata_destroy(metadata)
        library.rd_kafka_topic_partition_list_destroy(offsets)
