documents-kind-letter = Vēstule
