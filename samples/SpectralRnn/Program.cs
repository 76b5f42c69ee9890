using Recurve.Samples;
using Recurve.Spectral;
using Recurve.SpectralRnn;

TrainingCommand command = new(
    "Recovers input-output recurrent networks from moments of a teacher's data (Sedghi and Anandkumar 2016), then refines one by gradient descent beside random starts; an iteration is a minibatch.",
    iterations: 5000, learningRate: 1e-3, quickly: (500, 1e-3));
Setting<string> activation = command.Choice("--activation", "The network's polynomial.", "quadratic", ["quadratic", "linear"]);
Setting<bool> bidirectional = command.Flag("--bidirectional", "A half that walks forward and one that walks backward.");
Setting<int> inputs = command.Count("--inputs", "Size of x.", 3);
Setting<int> units = command.Count("--units", "Size of the state, of each half.", 3);
Setting<int> outputs = command.Count("--outputs", "Size of y.", 3);
Setting<string> law = command.Choice("--law", "Of the inputs: independent normal steps, a Markov chain, or a Gaussian mixture.", "white", ["white", "markov", "mixture"]);
Setting<double> phi = command.Positive("--phi", "How much of a step a Markov chain keeps, below 1.", 0.5, below: 1);
Setting<double> noise = command.Positive("--noise", "Standard deviation of the noise on the outputs.", 0.1);
Setting<int> samples = command.Count("--samples", "Steps of the largest data set; smaller ones are decades below it.", 1_000_000, quickly: 100_000);
Setting<int> teachers = command.Count("--teachers", "Teachers whose networks are recovered.", 10, quickly: 2);
Setting<string> decomposition = command.Choice("--decomposition", "Of the second moment.", "simultaneous", ["simultaneous", "power"]);
Setting<int> corrections = command.Count("--corrections", "How often a quadratic network is recovered again from what it leaves of the outputs.", 0, atLeast: 0);
Setting<int> starts = command.Count("--starts", "Random starts beside the spectral one.", 10, quickly: 2, atLeast: 0);
Setting<int> batch = command.Count("--batch", "Sequences in a minibatch.", 16);
Setting<int> length = command.Count("--length", "Steps of a sequence in a minibatch.", 64);
Setting<double> target = command.Positive("--target", "Stop refining when the error on unseen sequences is within this of the noise floor, relative.", 0.01, isFixed: false);
return await command.InvokeAsync(
    args,
    parsed => $"{activation.Of(parsed)}-{law.Of(parsed)}",
    (parsed, run, cancel) =>
    {
        Experiment experiment = new(
            i => new(
                Teacher.Draw(
                    activation.Of(parsed) == "linear" ? Activation.Linear : Activation.Quadratic, inputs.Of(parsed), units.Of(parsed), outputs.Of(parsed),
                    bidirectional.Of(parsed), noise.Of(parsed), run.Seed + i),
                decomposition.Of(parsed) == "power" ? Decomposition.TensorPower : Decomposition.SimultaneousDiagonalisation, corrections.Of(parsed)),
            law.Of(parsed) switch
            {
                "white" => InputLaw.Gaussian(inputs.Of(parsed), 0),
                "markov" => InputLaw.Gaussian(inputs.Of(parsed), phi.Of(parsed)),
                _ => InputLaw.Mixture(inputs.Of(parsed), run.Seed),
            });
        return experiment.Run(run, teachers.Of(parsed), samples.Of(parsed), starts.Of(parsed), (batch.Of(parsed), length.Of(parsed), target.Of(parsed)), cancel);
    });
