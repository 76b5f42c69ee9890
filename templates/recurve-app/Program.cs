using Recurve;
using RecurveApp;

const int iterations = 400;

// what the compiler decided
Console.WriteLine(Memory.Info);

Sequential network = new(new Memory(1, 48), new Memory(48, 48), new Linear(48, 1));
network.Initialize(seed: 1);
Adam optimizer = new(network.Parameters, learningRate: 5e-3);
Waves waves = new(batch: 16, length: 128, seed: 1);

for (int i = 1; i <= iterations; i++)
{
    var (inputs, targets) = waves.Next();
    optimizer.ZeroGrad();
    Tensor loss = Loss.MeanSquaredError(network.Forward(inputs), targets);
    loss.Backward();
    GradientClip.ByNorm(network.Parameters, 1.0);
    optimizer.Step();
    if (i % 10 == 0) Console.WriteLine($"{i}/{iterations}  mean squared error {loss.ToArray()[0]:0.000000}");
}
network.Save("waves.safetensors");
