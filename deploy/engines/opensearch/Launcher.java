import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.Version;
import org.opensearch.common.logging.LogConfigurator;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/** Starts one OpenSearch node from its jars, with every module that lies on the class path: Launcher HOME. */
class Launcher {
    static final List<String> MODULES = List.of(
        "org.opensearch.transport.Netty4ModulePlugin",
        "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
        "org.opensearch.geo.GeoModulePlugin",
        "org.opensearch.index.mapper.MapperExtrasModulePlugin",
        "org.opensearch.index.reindex.ReindexModulePlugin",
        "org.opensearch.ingest.common.IngestCommonModulePlugin",
        "org.opensearch.join.ParentJoinModulePlugin",
        "org.opensearch.painless.PainlessModulePlugin",
        "org.opensearch.percolator.PercolatorModulePlugin",
        "org.opensearch.script.expression.ExpressionModulePlugin",
        "org.opensearch.script.mustache.MustacheModulePlugin",
        "org.opensearch.search.aggregations.matrix.MatrixAggregationModulePlugin");

    static class Local extends Node {
        Local(Environment environment, List<PluginInfo> plugins) {
            super(environment, plugins, false);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Settings given = Settings.builder().put("path.home", home).build();
        Environment environment =
            InternalSettingsPreparer.prepareEnvironment(given, Map.of(), home.resolve("config"), () -> "klankbord");
        LogConfigurator.registerErrorListener();
        LogConfigurator.setNodeName("klankbord");
        LogConfigurator.configure(environment);
        List<PluginInfo> plugins = new ArrayList<>();
        for (String module : MODULES) {
            plugins.add(new PluginInfo(module, "module", "NA", Version.CURRENT, "11", module, null, List.of(), false));
        }
        Node node = new Local(environment, plugins);
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                node.close();
            } catch (Exception wrong) {
                wrong.printStackTrace();
            }
            ended.countDown();
        }));
        node.start();
        ended.await();
    }
}
