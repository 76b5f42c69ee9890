using Recurve;
using Recurve.Cells;
using Recurve.CharModel;
using Recurve.Samples;

const int Written = 400;
TrainingCommand command = new("Learns a text character by character, and writes more of its kind.", iterations: 2000, learningRate: 3e-3, quickly: (40, 1e-2));
Setting<string> text = command.Text("--text", "A file of text, or a folder of them.", Path.Combine(AppContext.BaseDirectory, "text"));
Setting<int> window = command.Count("--window", "Characters of a training sequence.", 128, quickly: 32);
Setting<int> units = command.Count("--units", "Width of each layer.", 128, quickly: 48);
Setting<int> batch = command.Count("--batch", "Sequences in a minibatch.", 16);
Setting<double> dropout = command.Positive("--dropout", "Share of each layer's output that is left out in training.", 0.1, below: 1);
Setting<double> temperature = command.Positive("--temperature", "Below 1 the text is less daring.", 0.7, isFixed: false);
Setting<string> start = command.Text("--start", "What the written text begins with.", "A state is ");
return await command.InvokeAsync(
    args,
    parsed => $"char-{Path.GetFileNameWithoutExtension(text.Of(parsed))}",
    (parsed, run, cancel) =>
    {
        Corpus corpus = null!;
        Sequential network = null!;
        Lazy<string> written = new(() => corpus.Write(network, start.Of(parsed), Written, temperature.Of(parsed), new(run.Seed)));
        Trainer Create()
        {
            int width = units.Of(parsed);
            corpus = new(text.Of(parsed), window.Of(parsed));
            Module[] Layer() => [new MinGru(width, width), new LayerNorm(width), new Dropout(dropout.Of(parsed))];
            network = new([new Embedding(corpus.Characters.Length, width), .. Layer(), .. Layer(), new Linear(width, corpus.Characters.Length)]);
            network.Initialize(run.Seed);
            return new(network.To(Device.Default), new Adam(network.Parameters, run.LearningRate), run.For("Characters") with
            {
                SequenceLength = window.Of(parsed),
                ValidateEvery = 20,
                EarlyStopping = new(Patience: 15),
                Sections = () => [ReportSection.Text("What it writes", written.Value)],
            });
        }
        return run.Train(Create, trainer =>
        {
            TrainingResult result = trainer.Fit(
                corpus.Windows(held: false, batch.Of(parsed), run.Seed),
                some =>
                {
                    Tensor loss = Loss.CrossEntropy(network.Forward(some.Inputs.To(Device.Default)), some.Next);
                    trainer.Log("bits_per_character", loss.Item() / Math.Log(2));
                    return loss;
                },
                corpus.Windows(held: true, batch.Of(parsed), null), cancel: cancel);
            File.WriteAllText(Path.Combine(run.Folder, "sample.txt"), written.Value);
            Console.WriteLine($"\n{written.Value}\n");
            return result;
        });
    });
