import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/** source, map, sink in a cluster inside the process; offsets are committed with each checkpoint. */
public final class Main {
  private static final long CHECKPOINT_INTERVAL_MS = 1_000;

  /** What travels through the job: a record, before and after the transform. */
  public static final class Event {
    public byte[] key;
    public byte[] value;
    public long timestamp;
    public transient Headers headers;
  }

  private static final class Read implements KafkaRecordDeserializationSchema<Event> {
    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Event> out) {
      Event event = new Event();
      event.key = record.key();
      event.value = record.value();
      event.timestamp = record.timestamp();
      event.headers = record.headers();
      out.collect(event);
    }

    @Override
    public TypeInformation<Event> getProducedType() {
      return TypeInformation.of(Event.class);
    }
  }

  private static final class Apply extends RichMapFunction<Event, Event> {
    private transient Transform transform;

    @Override
    public void open(OpenContext context) {
      transform = new Transform();
    }

    @Override
    public Event map(Event event) throws Exception {
      event.value = transform.apply(event.value);
      return event;
    }
  }

  private static final class Write implements KafkaRecordSerializationSchema<Event> {
    private final String sink;

    Write(String sink) {
      this.sink = sink;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(Event event, KafkaSinkContext context, Long timestamp) {
      return new ProducerRecord<>(sink, null, event.timestamp, event.key, event.value, event.headers);
    }
  }

  public static void main(String[] args) throws Exception {
    Map<String, String> env = System.getenv();
    boolean exactlyOnce = env.get("DELIVERY").equals("exactly-once");
    StreamExecutionEnvironment job =
        StreamExecutionEnvironment.createLocalEnvironment(1, new Configuration());
    job.getConfig().enableObjectReuse();
    job.enableCheckpointing(
        CHECKPOINT_INTERVAL_MS,
        exactlyOnce ? CheckpointingMode.EXACTLY_ONCE : CheckpointingMode.AT_LEAST_ONCE);
    KafkaSource<Event> source =
        KafkaSource.<Event>builder()
            .setBootstrapServers(env.get("BOOTSTRAP"))
            .setTopics(env.get("SOURCE"))
            .setGroupId(env.get("GROUP"))
            .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
            .setDeserializer(new Read())
            .setProperty(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "100000")
            .setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "5000")
            .build();
    KafkaSink<Event> sink =
        KafkaSink.<Event>builder()
            .setBootstrapServers(env.get("BOOTSTRAP"))
            .setRecordSerializer(new Write(env.get("SINK")))
            .setDeliveryGuarantee(
                exactlyOnce ? DeliveryGuarantee.EXACTLY_ONCE : DeliveryGuarantee.AT_LEAST_ONCE)
            .setTransactionalIdPrefix(env.get("GROUP"))
            .setProperty(ProducerConfig.ACKS_CONFIG, "all")
            .setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true")
            .setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, env.get("COMPRESSION"))
            .setProperty(ProducerConfig.BATCH_SIZE_CONFIG, "200000")
            .setProperty(ProducerConfig.LINGER_MS_CONFIG, "100")
            // Below what the broker allows; the sink's own default is above.
            .setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, "600000")
            .build();
    job.fromSource(source, WatermarkStrategy.noWatermarks(), "events")
        .map(new Apply())
        .returns(Event.class)
        .sinkTo(sink);
    job.execute("iot");
  }
}
